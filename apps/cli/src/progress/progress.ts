/**
 * Reports what a long command is doing. Implementations display it, write it as JSON lines, or do nothing. Everything
 * except `end` may be called at any time and any number of times.
 */
export interface Progress {
  /** How much there is to do, as far as it is known. */
  expect(totals: { files?: number; bytes?: number }): void;
  /** A file begins; its name is shown while it runs. */
  begin(file: { name: string; sizeBytes: number }): FileProgress;
  /** A file is done that was not shown individually, such as one of many small ones. */
  count(done: { files?: number; bytes?: number }): void;
  /** What is going on besides transfers, such as `listing`; undefined when it is over. */
  phase(text: string | undefined): void;
  /** Everything stands still until then, for example because of a flood lock. */
  pause(reason: string, untilMs: number): void;
  /** A call or transfer failed and will be retried then: shown to people, but not logged. */
  retry(reason: string, untilMs: number, attempt: { next: number; most: number }): void;
  /** Writes a permanent line without disturbing the progress line. */
  note(line: string): void;
  /** Hides the progress line for the moment, before a result is printed. */
  clear(): void;
  /** The closing line on a terminal: what was transferred, and how long it took. Nothing if nothing was. */
  closing(options: { isVerified: boolean }): string | undefined;
  sum(outcome: { isVerified: boolean }): void;
  /** Removes the progress line. Nothing may be called after it. */
  end(): void;
}

export interface FileProgress {
  /** Bytes that exist already, from an earlier run. */
  resume(bytes: number): void;
  /** Bytes transferred since the last call. */
  add(bytes: number): void;
  /** After the last byte: `verifying`, for example. */
  state(text: string): void;
  /** The file has to start over. */
  restart(): void;
  done(): void;
  /** It was not completed and does not count. */
  fail(): void;
}
