export interface CheckpointSettings {
  /** Of the database, as SQLite takes it. */
  url: string;
}

/** To the worker: copy the log, and say when that is done; or close the database and end. */
export type CheckpointRequest = "copy" | "end";

export function isCheckpointSettings(value: unknown): value is CheckpointSettings {
  return typeof value === "object" && value !== null && "url" in value && typeof value.url === "string";
}
