import type { LoggedError } from "@consigne/core";

const KEPT = 10;
const LONGEST_TEXT = 300;
/** How the logging library begins each error line. */
const START = '{"level":50,';

/** The last errors in the log, for status reports. */
export class LastErrors {
  #errors: LoggedError[] = [];

  /** @param line of the JSON log, secrets removed */
  look(line: string): void {
    if (!line.startsWith(START)) return;
    const { time, msg, err }: { time?: unknown; msg?: unknown; err?: unknown } = JSON.parse(line) as object;
    const cause = typeof err === "object" && err !== null && "message" in err ? `: ${String(err.message)}` : "";
    const text = `${String(msg)}${cause}`.slice(0, LONGEST_TEXT);
    this.#errors = [{ at: Number(time), text }, ...this.#errors].slice(0, KEPT);
  }

  /** Latest first. */
  list(): LoggedError[] {
    return this.#errors;
  }
}
