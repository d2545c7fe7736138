import { DomainError, type DomainErrorCode } from "../errors.ts";

export type Decision =
  | { isAllowed: true }
  /** `text`: what a person is told where the code alone does not say enough. */
  | { isAllowed: false; code: Exclude<DomainErrorCode, "bad-argument">; text?: string };

export const ALLOWED: Decision = { isAllowed: true };
export const refuse = (code: Exclude<DomainErrorCode, "bad-argument">, text?: string): Decision => ({
  isAllowed: false,
  code,
  ...(text === undefined ? {} : { text }),
});

/** @throws {DomainError} with the decision's code when it is a refusal */
export function requireAllowed(decision: Decision): void {
  if (decision.isAllowed) return;
  throw new DomainError(decision.code, decision.text ?? refusalTexts[decision.code] ?? "This is not allowed.");
}

const refusalTexts: Partial<Record<DomainErrorCode, string>> = {
  "account-locked": "This account is locked; nothing was changed. Ask the operator.",
  "customer-required": "This needs a plan with API access; nothing was changed.",
  "file-blocked": "The operator of this server has blocked this file.",
  "file-not-found": "There is no such file, or it is not yours to see.",
  "fresh-proof-required":
    "Give your password first: sign in again, then repeat this within ten minutes. An API key cannot stand in for it.",
  "folder-not-found": "There is no such folder, or it is not yours to see.",
  "link-ended": "This link has ended.",
  "link-off": "This link is switched off.",
  "link-used-up": "This link has been used as often as it may be.",
  "link-password-required": "This link asks for a password and none was given.",
  "link-password-wrong": "The password for this link is wrong.",
  "not-allowed": "The owner of this file does not allow this caller.",
  "not-authenticated": "This needs an API key, or somebody who signed in, and there was neither.",
  "owner-locked": "The account that owns this file is locked.",
  "remote-upload-not-found": "There is no such remote upload, or it is not yours to see.",
  "scope-missing": "This API key lacks the right for this.",
  "unknown-credentials": "This API key or session is unknown or has ended.",
};
