import { LocalFileError } from "../errors.ts";
import { describeFileFailure, isDiskFull } from "../platform/file-failure.ts";
import type { LocalFiles, UpdatedFile } from "../platform/local-files.ts";
import { type PartNames, partNamesOf } from "./part-names.ts";
import { isPartOf, samplesOf } from "./part-proof.ts";
import {
  headOfRecord,
  type PartRecord,
  partIdLine,
  progressLine,
  readRecord,
  type RemoteIdentity,
} from "./part-record.ts";
import { SpanSet } from "./span-set.ts";

/** A record that would grow beyond this is left as it is: what arrives later is fetched again after an interruption. */
const MOST_RECORD_BYTES = 4 * 1024 * 1024;

export interface ClaimOptions {
  /** Whether to resume what an earlier run left; otherwise that is discarded. */
  resumes: boolean;
  /** Names that other files will get in this folder. */
  isReserved?: ((name: string) => boolean) | undefined;
}

/**
 * A file that is being written under a temporary name, next to the final one, with a record of what it is and how much
 * has arrived. Only what the record and the bytes prove to be ours is ever written to or removed, whatever its name.
 */
export class PartFile {
  readonly path: string;
  readonly file: UpdatedFile;
  /** What an earlier run left in it. */
  readonly left: SpanSet;
  readonly #files: LocalFiles;
  readonly #statePath: string;
  readonly #state: UpdatedFile;
  #stateBytes: number;

  /** @throws {LocalFileError} nothing can be written there */
  static async claim(
    files: LocalFiles,
    path: string,
    identity: RemoteIdentity,
    { resumes, isReserved = () => false }: ClaimOptions,
  ): Promise<PartFile> {
    const name = files.baseName(path);
    const folder = path.slice(0, path.length - name.length);
    for (const names of partNamesOf(name)) {
      if (isReserved(names.part) || isReserved(names.state)) continue;
      const places = { part: folder + names.part, state: folder + names.state };
      const claimed = await PartFile.#claimOne(files, places, { name, identity, resumes }).catch((error: unknown) => {
        throw aboutTarget(error, path);
      });
      if (claimed !== undefined) return claimed;
    }
    throw new LocalFileError(`No free temporary name for ${path} was found in its folder.`, { path });
  }

  /** Undefined if these names belong to somebody else. */
  static async #claimOne(
    files: LocalFiles,
    places: PartNames,
    wanted: { name: string; identity: RemoteIdentity; resumes: boolean },
  ): Promise<PartFile | undefined> {
    const resumed = await PartFile.#takeOver(files, places, wanted);
    if (resumed === "in the way") return undefined;
    return resumed ?? PartFile.#create(files, places, wanted.name, wanted.identity);
  }

  /** What an earlier run left under these names, if it is to be resumed; removes what is ours and of no use. */
  static async #takeOver(
    files: LocalFiles,
    places: PartNames,
    wanted: { name: string; identity: RemoteIdentity; resumes: boolean },
  ): Promise<PartFile | "in the way" | undefined> {
    const part = await files.openExisting(places.part);
    const state = await files.openExisting(places.state, { appends: true });
    const closeBoth = async () => {
      if (typeof part === "object") await part.close();
      if (typeof state === "object") await state.close();
    };
    try {
      if (state === "nothing" && part === "nothing") return undefined;
      const text = typeof state === "object" ? await readAll(state) : "";
      const record = readRecord(text);
      const isOurs = typeof state === "object" && record?.name === wanted.name && part !== "other";
      if (!isOurs || (part !== "nothing" && !(await isPartOf(part, record)))) {
        await closeBoth();
        return "in the way";
      }
      const left = wanted.resumes ? spansFor(record, wanted.identity) : undefined;
      if (left !== undefined && part !== "nothing" && (await isWorthGoingOn(part, record))) {
        const wholeLines = text.slice(0, text.lastIndexOf("\n") + 1);
        const stateBytes = new TextEncoder().encode(wholeLines).byteLength;
        await state.truncate(stateBytes);
        const idBytes = await append(state, partIdLine((await part.facts()).id));
        return new PartFile(files, places, { part, state, stateBytes: stateBytes + idBytes, left });
      }
      // The part first: if we are killed in between, no part is left without a record.
      if (part !== "nothing") await files.removeIf(places.part, part);
      await files.removeIf(places.state, state);
      await closeBoth();
      return undefined;
    } catch (error) {
      await closeBoth();
      throw error;
    }
  }

  /** Undefined if somebody else has one of the names by now. The record first, so that no part is left without one. */
  static async #create(
    files: LocalFiles,
    places: PartNames,
    name: string,
    identity: RemoteIdentity,
  ): Promise<PartFile | undefined> {
    const state = await files.create(places.state, { appends: true });
    if (state === undefined) return undefined;
    let part: UpdatedFile | undefined;
    try {
      const head = await append(state, headOfRecord(name, identity));
      part = await files.create(places.part);
      if (part !== undefined) {
        const stateBytes = head + (await append(state, partIdLine((await part.facts()).id)));
        return new PartFile(files, places, { part, state, stateBytes, left: new SpanSet() });
      }
    } catch (error) {
      if (part !== undefined) await removeAndClose(files, places.part, part);
      await removeAndClose(files, places.state, state);
      throw error;
    }
    await removeAndClose(files, places.state, state);
    return undefined;
  }

  private constructor(
    files: LocalFiles,
    places: PartNames,
    open: { part: UpdatedFile; state: UpdatedFile; stateBytes: number; left: SpanSet },
  ) {
    this.#files = files;
    this.path = places.part;
    this.#statePath = places.state;
    this.file = open.part;
    this.#state = open.state;
    this.#stateBytes = open.stateBytes;
    this.left = open.left;
  }

  /** Records which bytes are in the file. */
  async save(done: SpanSet): Promise<void> {
    const line = progressLine(done.spans, await samplesOf(this.file, done.spans));
    if (this.#stateBytes + line.length > MOST_RECORD_BYTES) return;
    try {
      this.#stateBytes += await append(this.#state, line);
    } catch (error) {
      // Half a line would make the record unreadable.
      if (isDiskFull(error)) await this.#state.truncate(this.#stateBytes).catch(() => undefined);
      throw error;
    }
  }

  /** Empties it, when what an earlier run left turned out to be wrong. */
  async restart(): Promise<void> {
    await this.save(new SpanSet());
    await this.file.truncate(0);
  }

  /** Whether the path still leads to this file, and not to another one in its place. */
  isInPlace(): Promise<boolean> {
    return this.file.isInPlace();
  }

  /**
   * Gives the file its name, durably. Without `mayReplace` the name must be free.
   * @throws {LocalFileError} it is not, or cannot be used; the part is kept
   */
  async nameIt(path: string, mayReplace: boolean): Promise<void> {
    await this.#files.rename(this.path, path, { mayReplace });
    await this.#files.removeIf(this.#statePath, this.#state);
  }

  /** Discards it. */
  async remove(): Promise<void> {
    await this.#files.removeIf(this.path, this.file);
    await this.#files.removeIf(this.#statePath, this.#state);
  }

  async close(): Promise<void> {
    await this.file.close();
    await this.#state.close();
  }
}

/** What can be resumed: the Whirlpool decides if both are known, else the link. */
function spansFor({ identity, done }: PartRecord, wanted: RemoteIdentity): SpanSet | undefined {
  const isKnown = wanted.whirlpool !== undefined && identity.whirlpool !== undefined;
  const isSame = isKnown ? identity.whirlpool === wanted.whirlpool : identity.url === wanted.url;
  return isSame && identity.sizeBytes === wanted.sizeBytes ? new SpanSet(done) : undefined;
}

/** Not if it is shorter than it was, and not if it already has its final name and may have been changed there. */
async function isWorthGoingOn(part: UpdatedFile, { done }: PartRecord): Promise<boolean> {
  const { sizeBytes, names } = await part.facts();
  return names === 1 && sizeBytes >= (done.at(-1)?.[1] ?? 0);
}

/** Our temporary names mean nothing to people: the error names the file they asked for. */
function aboutTarget(error: unknown, path: string): unknown {
  if (!(error instanceof LocalFileError) || error.cause === undefined) return error;
  return describeFileFailure(error.cause, path, "write");
}

async function readAll(file: UpdatedFile): Promise<string> {
  const { sizeBytes } = await file.facts();
  if (sizeBytes > MOST_RECORD_BYTES) return "";
  const bytes = new Uint8Array(sizeBytes);
  return new TextDecoder().decode(bytes.subarray(0, await file.read(bytes, 0)));
}

async function append(file: UpdatedFile, text: string): Promise<number> {
  const bytes = new TextEncoder().encode(text);
  await file.append(bytes);
  return bytes.byteLength;
}

async function removeAndClose(files: LocalFiles, path: string, file: UpdatedFile): Promise<void> {
  await files.removeIf(path, file).catch(() => undefined);
  await file.close();
}
