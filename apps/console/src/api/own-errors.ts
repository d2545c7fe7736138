import type { RefusedPart } from "@consigne/sdk";

/** A change of one entry among several that the server refuses. */
export class RefusedChangeError extends Error {
  override readonly name = "RefusedChangeError";
  readonly status: number;
  /** As the wire tells it apart from others of its status. */
  readonly number: number | undefined;

  /** What cannot be, where the server has a name for it. */
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

/** More than one archive can name. */
export class TooManyError extends Error {
  override readonly name = "TooManyError";
  readonly most: number;

  constructor(most: number) {
    super("More than one archive can name.");
    this.most = most;
  }
}
