import type { LocalFiles } from "../platform/local-files.ts";
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

/** `NAME.part` and, beside it, `NAME.part.json` with what is in it and of which file. */
export class PartState {
  readonly partPath: string;
  readonly #statePath: string;
  readonly #files: LocalFiles;
  readonly #identity: RemoteIdentity;

  constructor(files: LocalFiles, path: string, identity: RemoteIdentity) {
    this.#files = files;
    this.partPath = `${path}.part`;
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

  async save(done: SpanSet): Promise<void> {
    const state = { version: VERSION, ...this.#identity, done: done.spans };
    await this.#files.writeText(this.#statePath, JSON.stringify(state));
  }

  async removeState(): Promise<void> {
    await this.#files.remove(this.#statePath);
  }

  async removeAll(): Promise<void> {
    await this.removeState();
    await this.#files.remove(this.partPath);
  }
}

/** The spans of a state that is of this file; the Whirlpool decides where it is known, else the link. */
function parseState(text: string, identity: RemoteIdentity): Span[] | undefined {
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof state !== "object" || state === null) return undefined;
  const { version, url, sizeBytes, whirlpool, done } = state as Record<string, unknown>;
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
