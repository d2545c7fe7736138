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
import { RefusedChangeError } from "./changes.ts";
import { TooManyError } from "./downloads.ts";
import type { TextId } from "../texts/parts.ts";
import type { Text } from "../texts/use-text.ts";

/** The wire's number for a full queue of what is fetched from elsewhere; others have the same status. */
const TOO_MANY_FETCHES = 578;
/** The wire's numbers for what else stands in the way of a change. */
const NOT_EMPTY = 561;
const NAMES_TAKEN: readonly (number | undefined)[] = [562, 579];

const known: readonly (readonly [(error: unknown) => boolean, TextId])[] = [
  [isNotAuthenticatedError, "fail.session"],
  [isNotCustomerError, "fail.customer"],
  [isFloodLockError, "fail.busy"],
  [isNotFoundError, "fail.notFound"],
  [(error) => numberOf(error) === TOO_MANY_FETCHES, "fetch.full"],
  [(error) => numberOf(error) === NOT_EMPTY, "fail.notEmpty"],
  [(error) => NAMES_TAKEN.includes(numberOf(error)), "fail.nameTaken"],
  [isConflictError, "fail.conflict"],
  [isQuotaError, "fail.quota"],
  [isAccessDeniedError, "fail.denied"],
  [(error) => isNetworkError(error) || isTimeoutError(error), "fail.network"],
  [(error) => isServerError(error) && error.status === 503, "fail.busy"],
  [isServerError, "fail.server"],
];

const numberOf = (error: unknown): number | undefined => (isApiError(error) ? error.number : undefined);

/** What happened, in words for whoever sits in front of it. */
export function failureText(error: unknown, text: Text): string {
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

/** What an operator finds the call by. */
export function requestIdOf(error: unknown): string | undefined {
  return isApiError(error) ? error.requestId : undefined;
}

/** Of a call on the way of an upload. */
export const refusalOf = (error: unknown) => ({
  reason: isApiError(error) ? error.messageText : error instanceof Error ? error.message : String(error),
  number: numberOf(error),
  isSessionOver: isSessionOver(error),
});

export const isSessionOver = (error: unknown): boolean => isNotAuthenticatedError(error);
export const isWithoutApi = (error: unknown): boolean => isNotCustomerError(error);
