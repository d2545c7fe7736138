import type { ApiCaller, CallAnswer, CallOptions } from "../calls/api-caller.ts";
import { refusedPart } from "../calls/json-answer.ts";
import type { RefusedPart } from "../errors.ts";
import { findText, present } from "./wire-values.ts";

/** An older version of a file, from before its bytes were replaced. */
export interface FileVersion {
  id: number;
  sizeBytes: number;
  /** 128 lower-case hexadecimal digits. */
  whirlpool: string | undefined;
  /** When these bytes were uploaded. */
  date: Date;
  replacedAt: Date;
  /** When it is removed permanently. */
  expiresAt: Date;
  /** Id of the API key that replaced it; undefined if a person did. */
  replacedBy: string | undefined;
  isDamaged: boolean;
  isBlocked: boolean;
}

/** The file that keeps its link, and the one that was uploaded for its bytes; links or ids. */
export interface Replacement {
  file: string;
  replacement: string;
}

export interface ReplacedFile {
  /** `unchanged`: both had the same bytes, and the newer file was removed. */
  outcome: "done" | "unchanged" | "failed";
  /** Size of the file now; undefined if it failed. */
  sizeBytes: number | undefined;
  whirlpool: string | undefined;
  /** Why it failed, as a call that fails in the same way reports it. */
  error: RefusedPart | undefined;
}

const MOST_NAMED = 500;

/** New bytes under the same link, and older versions of files. Consigne servers only. */
export class Versions {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /** Older versions of a file, latest first, and how many days the account keeps what is replaced now. */
  async list(file: string, options: CallOptions = {}): Promise<{ versions: FileVersion[]; days: number }> {
    const answer = await this.#caller.call("versionList", { file_id: file }, options);
    return { versions: answer.versions.map(toVersion), days: answer.days };
  }

  /**
   * Gives files the bytes of others that were uploaded for that purpose and are removed afterwards. Each keeps its link
   * and everything else, and its old bytes as a version. Each succeeds or fails by itself; there is a result for each.
   */
  async replace(replacements: readonly Replacement[], options: CallOptions = {}): Promise<ReplacedFile[]> {
    const all: ReplacedFile[] = [];
    for (let begin = 0; begin < replacements.length; begin += MOST_NAMED) {
      const some = replacements.slice(begin, begin + MOST_NAMED);
      const files = some.map(({ file, replacement }) => ({ file_id: file, replacement_id: replacement }));
      const answer = await this.#caller.call("versionReplace", { files }, options);
      all.push(...answer.results.map(toReplaced));
    }
    return all;
  }

  /** Gives a file the bytes of an older version. The current bytes become its latest version. */
  async restore(
    file: string,
    id: number,
    options: CallOptions = {},
  ): Promise<{ sizeBytes: number; whirlpool: string | undefined }> {
    const { size, checksum } = await this.#caller.call("versionRestore", { file_id: file, id }, options);
    return { sizeBytes: size, whirlpool: findText(checksum) };
  }

  /** Removes versions permanently, or all of a file; returns how many there were. This cannot be undone. */
  async remove(file: string, which: readonly number[] | "all", options: CallOptions = {}): Promise<number> {
    const named = which === "all" ? { all: 1 as const } : { ids: [...which] };
    return (await this.#caller.call("versionRemove", { file_id: file, ...named }, options)).removed;
  }

  /** A direct link to the bytes of a version, valid for five minutes. */
  async link(file: string, id: number, options: CallOptions = {}): Promise<string> {
    return (await this.#caller.call("versionGetToken", { file_id: file, id }, options)).url;
  }

  /**
   * Sets how many days versions are kept of what is replaced from now on; 0: not at all, undefined: the server's
   * setting. Returns the days in force.
   */
  async keepFor(days: number | undefined, options: CallOptions = {}): Promise<number> {
    return (await this.#caller.call("versionRetention", present({ days }), options)).days;
  }
}

function toVersion(raw: CallAnswer<"versionList">["versions"][number]): FileVersion {
  return {
    id: raw.id,
    sizeBytes: raw.size,
    whirlpool: findText(raw.checksum),
    date: new Date(raw.date),
    replacedAt: new Date(raw.replaced_at),
    expiresAt: new Date(raw.expires_at),
    replacedBy: raw.replaced_by,
    isDamaged: raw.damaged === 1,
    isBlocked: raw.blocked === 1,
  };
}

function toReplaced(raw: CallAnswer<"versionReplace">["results"][number]): ReplacedFile {
  const { outcome, size: sizeBytes, checksum, error } = raw;
  return { outcome, sizeBytes, whirlpool: findText(checksum), error: refusedPart(error) };
}
