import { wireErrors } from "@consigne/contract/wire-errors";
import {
  type ApiError,
  type ConsigneError,
  isApiError,
  isConsigneError,
  isFloodLockError,
  isNetworkError,
  isNotFoundError,
  isNotSupportedError,
  type NetworkError,
} from "@consigne/sdk";
import { formatDuration } from "./amounts.ts";
import { CliError } from "./errors.ts";
import { type ExitCodeName, exitCodes } from "./exit-codes.ts";
import { exitCodeOfSystem } from "./system-failures.ts";
import { visible } from "./visible-text.ts";

type Code = ConsigneError["code"];

const exits: Partial<Record<Code, ExitCodeName>> = {
  "flood-lock": "floodLock",
  "not-found": "notFound",
  "wrong-password": "authentication",
  "access-denied": "authentication",
  "not-authenticated": "authentication",
  "not-customer": "authentication",
  conflict: "conflict",
  quota: "quota",
  network: "network",
  timeout: "network",
};

const KEPT = "Completed transfers are kept.";

/** The server's disk is full, not the account. */
const INSUFFICIENT_STORAGE = 507;
const SERVER_FULL = "Run the command again once the server's operator has made room.";

const BLOCKED =
  "the operator of the server has blocked this file, so nobody can download it. It is kept on the server; ask the operator why.";

const LOCKED = "The account that the key or file belongs to is locked; ask whoever runs the server.";

/** What the user can do, if the message alone does not say. */
const advice: Partial<Record<Code, string>> = {
  "wrong-password": "Give the link's password with --password-stdin.",
  "access-denied": "This key, or its owner, is not allowed to do this.",
  "not-authenticated": "The API key is missing, wrong or revoked; `consigne login` stores a new one.",
  "not-customer": "The account's plan has no API access; Premium and Access have it.",
  "not-supported": "This server does not offer that; `consigne doctor` shows which server it is.",
  quota: "Free some space or ask for more; files stored earlier are kept.",
  timeout: "Try again.",
};

/**
 * A library error as a line for people; undefined for other errors. `isTransfer`: the command transfers files, some of
 * which may be complete.
 */
export function asCliError(error: unknown, { isTransfer = false } = {}): CliError | undefined {
  if (!isConsigneError(error)) return undefined;
  return new CliError(error.code, describeFailure(error, isTransfer), { cause: error, exitCode: exitCodeFor(error) });
}

/** An incomplete transfer gets the exit code of what ended it. */
function exitCodeFor({ code, cause }: ConsigneError): number {
  const exit = exits[code];
  if (exit !== undefined) return exitCodes[exit];
  if (isConsigneError(cause)) return exitCodeFor(cause);
  return code === "local-file" ? exitCodeOfSystem(cause) : exitCodes.failure;
}

/** The key lacks a right, which the server's message names. */
export function isScopeMissing(error: unknown): boolean {
  return isApiError(error) && error.number === wireErrors.scopeMissing.number;
}

/** What to say if the server's operator has blocked a file; undefined for any other failure. */
export function blockedText(error: unknown): string | undefined {
  return isApiError(error) && error.number === wireErrors.fileBlocked.number ? BLOCKED : undefined;
}

/** What happened and what to do, without the exit code. */
function describeFailure(error: ConsigneError, isTransfer: boolean): string {
  if (isFloodLockError(error)) {
    const who = { ip: "this address", account: "this account", key: "this API key" }[error.kind];
    const outcome = isTransfer ? KEPT : "Nothing was done.";
    return `the server has locked out ${who} for ${formatDuration(error.retryAfterMs)} (${said(error)}). ${outcome} Wait, and stop other programs that use the account.`;
  }
  const blocked = blockedText(error);
  if (blocked !== undefined) return blocked;
  const what = isApiError(error) ? describeRefusal(error) : visible(error.message);
  const hint = adviceOn(error, isTransfer);
  return hint === undefined ? what : `${/[.?]$/.test(what) ? what : `${what}.`} ${hint}`;
}

/** Undefined if the message is enough. */
function adviceOn(error: ConsigneError, isTransfer: boolean): string | undefined {
  if (isScopeMissing(error))
    return "Use a key that has it; `consigne keys new` or the API keys page of the console creates one.";
  if (isNotSupportedError(error) && error.addressPath !== undefined) {
    return `The server's URL has a path, ${visible(error.addressPath)}, which is probably wrong.`;
  }
  if (isApiError(error) && error.status === INSUFFICIENT_STORAGE)
    return isTransfer ? `${KEPT} ${SERVER_FULL}` : undefined;
  if (isApiError(error) && error.number === wireErrors.ownerLocked.number) return LOCKED;
  const hint = isNetworkError(error) ? networkAdvice(error) : advice[error.code];
  const isCut = error.code === "network" || error.code === "timeout";
  return hint !== undefined && isCut && isTransfer ? `${KEPT} ${hint}` : hint;
}

/** Undefined if the message is enough. */
export function networkAdvice(error: NetworkError): string | undefined {
  if (error.isUntrusted) return "To trust another authority, name its certificate file in NODE_EXTRA_CA_CERTS.";
  if (error.isWithoutTls || error.isRefusedByProxy) return undefined;
  return "Run `consigne doctor` to check the connection.";
}

function describeRefusal(error: ApiError): string {
  const missing = isNotFoundError(error) ? error.missingSegment : undefined;
  if (missing !== undefined) return `there is no "${visible(missing)}" (${said(error)})`;
  return said(error);
}

/** The server's message, for searching, the call that it answered, and the id that finds it in the server's log. */
function said({ endpoint, messageText, number, status, requestId }: ApiError): string {
  const text = visible(messageText);
  const what =
    number === undefined ? `${endpoint} was answered with ${status}: ${text}` : `${endpoint}: ${text} #${number}`;
  return requestId === undefined ? what : `${what.replace(/\.$/, "")} [request ${visible(requestId)}]`;
}
