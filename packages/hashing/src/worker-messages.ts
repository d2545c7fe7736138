import type { HashAlgorithm } from "@consigne/core";

export interface WorkerSettings {
  /** Two counters: {@link RINGS} changes whenever there may be work, {@link LETTERS} with every posted request. */
  bell: SharedArrayBuffer;
}

export function isWorkerSettings(value: unknown): value is WorkerSettings {
  return typeof value === "object" && value !== null && "bell" in value;
}

export const RINGS = 0;
export const LETTERS = 1;
export const BELL_BYTES = 2 * Int32Array.BYTES_PER_ELEMENT;

export type WorkerRequest =
  | { kind: "start"; id: number; memory: SharedArrayBuffer; algorithm: HashAlgorithm }
  | { kind: "abandon"; id: number };

export type WorkerAnswer =
  | { kind: "room"; id: number }
  | { kind: "digest"; id: number; digest: string }
  | { kind: "abandoned"; id: number };
