import type { LoggedError } from "@consigne/core";

const KEPT = 10;
const LONGEST_TEXT = 300;
/** What each line of an error begins with, as the library writes it. */
const START = '{"level":50,';

/** The last errors of the log, for whoever asks how the server is. */
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
