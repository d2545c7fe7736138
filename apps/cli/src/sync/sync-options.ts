import { UsageError } from "../command-line/errors.ts";
import type { DeletionLimit } from "./sync-run.ts";

const units: Readonly<Record<string, number>> = { "": 1024, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** `--bwlimit`: bytes per second. A bare number counts KiB, as rclone has it. @throws {UsageError} */
export function readBandwidth(text: string): number | undefined {
  if (text.trim() === "off") return undefined;
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?(?:\/s)?$/i.exec(text.trim()) ?? [];
  const bytes = Number(number) * (units[unit.toLowerCase()] ?? Number.NaN);
  if (number === undefined || !(bytes >= 1)) {
    throw new UsageError(`--bwlimit takes a rate such as 512k, 10M or off, not "${text}".`);
  }
  return bytes;
}

/** `--max-delete`: `20` or `5%`. @throws {UsageError} */
export function readDeletionLimit(text: string): DeletionLimit {
  const [, number, percent] = /^(\d+)(%?)$/.exec(text.trim()) ?? [];
  const value = Number(number);
  if (number === undefined || (percent === "%" && value > 100)) {
    throw new UsageError(`--max-delete takes a number of files or a part of them, such as 20 or 5%, not "${text}".`);
  }
  return percent === "%" ? { percent: value } : { files: value };
}

/** A number of at least `least`. @throws {UsageError} */
export function readNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= least && value <= most) return value;
  throw new UsageError(`${option} takes a number from ${least} to ${most}, not "${text}".`);
}
