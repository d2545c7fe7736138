import {
  isAccessDeniedError,
  isApiError,
  isBadRequestError,
  isConflictError,
  isFloodLockError,
  isNetworkError,
  isNotAuthenticatedError,
  isNotCustomerError,
  isNotFoundError,
  isQuotaError,
  isServerError,
  isTimeoutError,
} from "@consigne/sdk";
import { RefusedChangeError, TooManyError } from "./own-errors.ts";
import { type NamedRefusal, wordsOf } from "./refusal-texts.ts";
import type { TextId } from "../texts/parts.ts";
import type { Text } from "../texts/use-text.ts";

const known: readonly (readonly [(error: unknown) => boolean, TextId])[] = [
  [isNotAuthenticatedError, "fail.session"],
  [isNotCustomerError, "fail.customer"],
  [isFloodLockError, "fail.busy"],
  [isNotFoundError, "fail.notFound"],
  [isConflictError, "fail.conflict"],
  [isQuotaError, "fail.quota"],
  [isAccessDeniedError, "fail.denied"],
  [(error) => isNetworkError(error) || isTimeoutError(error), "fail.network"],
  [(error) => isServerError(error) && error.status === 503, "fail.busy"],
  [isServerError, "fail.server"],
];

const namedIn = (error: unknown): NamedRefusal =>
  isApiError(error) || error instanceof RefusedChangeError ? error : {};

/** Explains to the user what happened. */
export function failureText(error: unknown, text: Text): string {
  const words = wordsOf(namedIn(error), text);
  if (words !== undefined) return words;
  const id = known.find(([matches]) => matches(error))?.[1];
  if (id !== undefined) return text(id);
  if (error instanceof TooManyError) return text("done.tooManyZipped", { most: error.most });
  if (error instanceof RefusedChangeError) return refusalText(error, text);
  if (isBadRequestError(error)) return text("fail.input", { reason: error.messageText });
  return text("fail.other", { reason: error instanceof Error ? error.message : String(error) });
}

const byStatus: Readonly<Record<number, TextId>> = {
  403: "fail.denied",
  404: "fail.notFound",
  409: "fail.conflict",
  507: "fail.quota",
};

function refusalText({ status, message }: RefusedChangeError, text: Text): string {
  const id = byStatus[status];
  return id === undefined ? text("fail.input", { reason: message }) : text(id);
}

/** The id by which an operator finds the call. */
export function requestIdOf(error: unknown): string | undefined {
  return isApiError(error) ? error.requestId : undefined;
}

/** For a call during an upload. */
export function refusalOf(error: unknown) {
  const { number, reason, reasonValue } = namedIn(error);
  return {
    said: isApiError(error) ? error.messageText : error instanceof Error ? error.message : String(error),
    number,
    reason,
    reasonValue,
    isSessionOver: isSessionOver(error),
  };
}

export const isSessionOver = (error: unknown): boolean => isNotAuthenticatedError(error);
export const isWithoutApi = (error: unknown): boolean => isNotCustomerError(error);
