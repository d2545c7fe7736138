import type { FileFacts, LocalFiles } from "../platform/local-files.ts";
import { type Span, SpanSet } from "./span-set.ts";

/** Which file a download is of. */
export interface RemoteIdentity {
  url: string;
  sizeBytes: number;
  /** 128 lower-case hex digits; undefined when nobody said. */
  whirlpool: string | undefined;
}

const VERSION = 1;
const MAX_STATE_BYTES = 1024 * 1024;
const MOST_SPANS = 10_000;

/** What a file system takes; the draft of the state has the longest name. */
const MOST_NAME_BYTES = 255;
const LONGEST_SUFFIX = ".part.json.new";

/**
 * `NAME.part` and, beside it, `NAME.part.json` with what is in it and of which file. A name too long for that is
 * shortened in both.
 */
export class PartState {
  readonly partPath: string;
  readonly #statePath: string;
  readonly #files: LocalFiles;
  readonly #identity: RemoteIdentity;
  /** The state as this download left it last. */
  #saved: FileFacts | undefined;

  constructor(files: LocalFiles, path: string, identity: RemoteIdentity) {
    this.#files = files;
    const name = files.baseName(path);
    this.partPath = `${path.slice(0, path.length - name.length)}${shortened(name)}.part`;
    this.#statePath = `${this.partPath}.json`;
    this.#identity = identity;
  }

  /** What an earlier download left of the very same file; empty when there is nothing that can be trusted. */
  async load(): Promise<SpanSet> {
    const text = await this.#files.readText(this.#statePath, MAX_STATE_BYTES);
    const spans = text === undefined ? undefined : parseState(text, this.#identity);
    const part = spans === undefined ? undefined : await this.#files.find(this.partPath);
    const lastEnd = spans?.at(-1)?.[1] ?? 0;
    return spans !== undefined && part !== undefined && part.sizeBytes >= lastEnd ? new SpanSet(spans) : new SpanSet();
  }

  /** For a new `NAME.part`, to be called before it is made: killed at any moment, none is left that nobody knows. */
  async begin(): Promise<void> {
    await this.#files.remove(this.partPath);
    await this.save(new SpanSet());
  }

  async save(done: SpanSet): Promise<void> {
    const state = { version: VERSION, ...this.#identity, done: done.spans };
    await this.#files.writeText(this.#statePath, JSON.stringify(state));
    this.#saved = await this.#files.find(this.#statePath);
  }

  async removeState(): Promise<void> {
    await this.#files.remove(this.#statePath);
  }

  /** Leaves the one that another download of the same path has written meanwhile. */
  async removeStateIfOwn(): Promise<void> {
    const found = await this.#files.find(this.#statePath);
    const isOwn = found?.modifiedAtMs === this.#saved?.modifiedAtMs && found?.sizeBytes === this.#saved?.sizeBytes;
    if (isOwn) await this.removeState();
  }

  async removeAll(): Promise<void> {
    await this.#files.remove(this.partPath);
    await this.removeState();
  }
}

/**
 * Whether a file is the `NAME.part` of an unfinished download: the text is the whole of its `NAME.part.json`. Anybody
 * may have a pair of files that are merely called so.
 */
export function isUnfinishedDownload(stateText: string, partSizeBytes: number): boolean {
  const { version, url, sizeBytes, whirlpool, done, ...more } = parseRecord(stateText) ?? {};
  if (version !== VERSION || typeof url !== "string" || Object.keys(more).length > 0) return false;
  if (typeof sizeBytes !== "number" || !Number.isSafeInteger(sizeBytes) || partSizeBytes > sizeBytes) return false;
  if (whirlpool !== undefined && !(typeof whirlpool === "string" && /^[0-9a-f]{128}$/.test(whirlpool))) return false;
  return Array.isArray(done) && isSpanList(done, partSizeBytes);
}

function parseRecord(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The spans of a state that is of this file; the Whirlpool decides where it is known, else the link. */
function parseState(text: string, identity: RemoteIdentity): Span[] | undefined {
  const { version, url, sizeBytes, whirlpool, done } = parseRecord(text) ?? {};
  const isSame = identity.whirlpool === undefined ? url === identity.url : whirlpool === identity.whirlpool;
  if (version !== VERSION || !isSame || sizeBytes !== identity.sizeBytes) return undefined;
  return Array.isArray(done) && isSpanList(done, identity.sizeBytes) ? done : undefined;
}

function isSpanList(list: readonly unknown[], sizeBytes: number): list is Span[] {
  let at = 0;
  const isNext = (span: unknown): boolean => {
    if (!Array.isArray(span) || span.length !== 2) return false;
    const [start, end] = span as unknown[];
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) return false;
    const isInOrder = at <= Number(start) && Number(start) < Number(end) && Number(end) <= sizeBytes;
    at = Number(end);
    return isInOrder;
  };
  return list.length <= MOST_SPANS && list.every(isNext);
}

/** The name itself, or its beginning and a number of its own. */
function shortened(name: string): string {
  const encoder = new TextEncoder();
  const bytes = encoder.encode(name);
  const roomBytes = MOST_NAME_BYTES - LONGEST_SUFFIX.length;
  if (bytes.byteLength <= roomBytes) return name;
  const mark = `~${fnv1a(bytes)}`;
  // Cut between characters, never within one.
  const { read } = encoder.encodeInto(name, new Uint8Array(roomBytes - mark.length));
  return name.slice(0, read) + mark;
}

/** FNV-1a, 64 bits in hexadecimal: tells names of one folder apart, and is the same on every run. */
function fnv1a(bytes: Uint8Array): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}
