import { UsageError } from "../../command-line/errors.ts";
import type { DeletionLimit } from "./sync-run.ts";

/** `--max-delete`: `20` or `5%`. @throws {UsageError} */
export function parseDeletionLimit(text: string, flag: string): DeletionLimit {
  const [, number, percent] = /^(\d+)(%?)$/.exec(text.trim()) ?? [];
  const value = Number(number);
  if (number === undefined || (percent === "%" && value > 100)) {
    throw new UsageError(`${flag} takes a number of files or a percentage, such as 20 or 5%, not "${text}".`);
  }
  return percent === "%" ? { percent: value } : { files: value };
}
