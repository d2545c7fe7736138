import type { RefusedPart } from "@consigne/sdk";

/** The server refuses to change one of several entries. */
export class RefusedChangeError extends Error {
  override readonly name = "RefusedChangeError";
  readonly status: number;
  /** The API's number, which distinguishes refusals with the same status. */
  readonly number: number | undefined;

  /** What exactly is wrong, if the server has a name for it. */
  readonly reason: string | undefined;
  readonly reasonValue: string | undefined;

  constructor({ status, message, reason, reasonValue }: RefusedPart) {
    const [, words = message, number] = /^(.*) #(\d+)$/s.exec(message) ?? [];
    super(words);
    this.reason = reason;
    this.reasonValue = reasonValue;
    this.status = status;
    this.number = number === undefined ? undefined : Number(number);
  }
}

/** More than one archive can contain. */
export class TooManyError extends Error {
  override readonly name = "TooManyError";
  readonly most: number;

  constructor(most: number) {
    super("More than one archive can name.");
    this.most = most;
  }
}
