/**
 * What a long command is doing, for whoever watches. Implementations draw it, write it as JSON lines, or keep silent.
 * Everything but `end` may be called at any time and any number of times.
 */
export interface Progress {
  /** How much there is to do, as far as is known by now. */
  expect(totals: { files?: number; bytes?: number }): void;
  /** A file begins; its name is shown while it runs. */
  begin(file: { name: string; sizeBytes: number }): FileProgress;
  /** One of the files is done without having been shown, for instance as one of many small ones. */
  count(done: { files?: number; bytes?: number }): void;
  /** What is going on besides bytes, such as `listing`; undefined when that is over. */
  phase(text: string | undefined): void;
  /** Everybody stands still until then, for instance for a flood lock. */
  pause(reason: string, untilMs: number): void;
  /** A call or transfer failed and is tried again then: for whoever watches, of no interest in a log. */
  retry(reason: string, untilMs: number, attempt: { next: number; most: number }): void;
  /** Writes a line that stays, without tearing the moving one. */
  note(line: string): void;
  /** Takes the moving line away for the moment, before a result is printed. */
  clear(): void;
  /** The closing line for somebody at a terminal: what was carried, in what time. Nothing when nothing was. */
  closing(options: { isVerified: boolean }): string | undefined;
  sum(outcome: { isVerified: boolean }): void;
  /** Takes the moving line away. Nothing may be called after it. */
  end(): void;
}

export interface FileProgress {
  /** Bytes that were there already, from an earlier run. */
  resume(bytes: number): void;
  /** Bytes that have been moved since the last call. */
  add(bytes: number): void;
  /** After the last byte: `verifying`, for instance. */
  state(text: string): void;
  /** The file has to begin anew. */
  restart(): void;
  done(): void;
  /** It did not come to its end and does not count. */
  fail(): void;
}
