import { DomainError, type DomainErrorCode } from "../errors.ts";

export type Decision =
  | { isAllowed: true }
  /** `text`: an explanation for people, if the code alone is not enough. */
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
  "file-not-found": "There is no such file, or you have no access to it.",
  "fresh-proof-required":
    "This needs your password: sign in again, then repeat the call within ten minutes. An API key is not enough.",
  "folder-not-found": "There is no such folder, or you have no access to it.",
  "link-ended": "This link has ended.",
  "link-off": "This link is switched off.",
  "link-used-up": "This link has reached its download limit.",
  "link-password-required": "This link needs a password.",
  "link-password-wrong": "The password for this link is wrong.",
  "not-allowed": "The owner of this file does not give you access.",
  "not-authenticated": "This needs an API key or a signed-in account.",
  "owner-locked": "The account that owns this file is locked.",
  "remote-upload-not-found": "There is no such remote upload, or you have no access to it.",
  "scope-missing": "This API key does not have the right for this.",
  "unknown-credentials": "This API key or session is unknown or has ended.",
};
