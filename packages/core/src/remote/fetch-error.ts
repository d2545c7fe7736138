import type { DomainError } from "../errors.ts";
import { fetchEnglish } from "./fetch-english.ts";
import { boundedMessage, type FetchMessage, fetchRefusals, inSentences } from "./fetch-message.ts";

/** Why a fetch failed, for the account that requested it; in English for logs. */
export class FetchError extends Error {
  override name = "FetchError";
  readonly reason: FetchMessage;

  constructor(reason: FetchMessage, options?: ErrorOptions) {
    const bounded = boundedMessage(reason);
    super(inSentences(fetchEnglish, [bounded]), options);
    this.reason = bounded;
  }
}

/** A refusal by this server, not the source. */
export function refusedHere({ code, message: text }: DomainError): FetchMessage {
  const reason = fetchRefusals.find((each) => each === code);
  return boundedMessage(reason === undefined ? { code: "text", text } : { code: "refused-here", reason, text });
}
