export interface CheckpointSettings {
  /** The database, as a URL for SQLite. */
  url: string;
}

/** To the worker: `copy` the log, and report when done; or close the database and `end`. */
export type CheckpointRequest = "copy" | "end";

export function isCheckpointSettings(value: unknown): value is CheckpointSettings {
  return typeof value === "object" && value !== null && "url" in value && typeof value.url === "string";
}
