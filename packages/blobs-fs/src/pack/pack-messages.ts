/** The start parameters of a pack's thread. */
export interface PackSettings {
  /** The SQLite file. */
  path: string;
  /** Only the writing thread creates the file if it is missing. */
  mayWrite: boolean;
}

export type PackChange = { kind: "put"; key: string; bytes: Uint8Array } | { kind: "remove"; key: string };

export type PackRequest =
  /** In one transaction, durable when it is answered. */
  | { kind: "change"; changes: readonly PackChange[] }
  /** Frees some space. True: there is more. */
  | { kind: "tidy" }
  | { kind: "read"; key: string }
  /** Results in the order of the keys; undefined if there is none. */
  | { kind: "stat"; keys: readonly string[] }
  /** Keys after `after` in key order, at most `limit`. */
  | { kind: "list"; after: string; limit: number }
  /** Close the file and end. */
  | { kind: "end" };

export interface PackedBlob {
  key: string;
  sizeBytes: number;
  /** Milliseconds since 1970. */
  storedAt: number;
}

export interface PackResults {
  change: undefined;
  tidy: boolean;
  read: Uint8Array<ArrayBuffer> | undefined;
  stat: (PackedBlob | undefined)[];
  list: PackedBlob[];
  end: undefined;
}

export type PackResult = PackResults[keyof PackResults];

export type PackAnswer = { result: PackResult } | { failure: PackFailure };

export interface PackFailure {
  message: string;
  /** SQLite's extended code: see https://sqlite.org/rescode.html; undefined for any other failure. */
  sqlite?: number | undefined;
  /** The operating system's code, such as `ENOSPC`; undefined for any other failure. */
  errno?: string | undefined;
}

export function isPackSettings(value: unknown): value is PackSettings {
  return (
    typeof value === "object" &&
    value !== null &&
    "path" in value &&
    typeof value.path === "string" &&
    "mayWrite" in value &&
    typeof value.mayWrite === "boolean"
  );
}
