import type { Account } from "../accounts/account.ts";
import { isAccountActor, type Principal } from "./actor.ts";
import { requireAllowed } from "./decision.ts";
import { can, type PolicyContext, type PolicyQuestion } from "./policy.ts";

declare const permitted: unique symbol;

/**
 * The id of something that may be changed, which proves that the policy was asked, and about which action. At run time
 * it is just the id. Repositories require it for changes; only this module creates one, and `bySystem` for the server's
 * own work.
 */
export type Permitted<Action extends PolicyQuestion["action"] | "system", Id extends string | number> = Id & {
  readonly [permitted]: Action;
};

type QuestionAboutOne =
  | Extract<
      PolicyQuestion,
      | { file: unknown }
      | { folder: unknown }
      | { request: unknown }
      | { trashed: unknown }
      | { action: "key.manage" | "account.secure" | "session.begin" | "session.end" }
    >
  // Permission to read an account is not permission to change it.
  | (Extract<PolicyQuestion, { action: "account.manage" }> & { right: "write" });

type IdOf<Question> = Question extends { job: { id: string } }
  ? string
  : Question extends { folder: unknown } | { request: unknown } | { trashed: unknown }
    ? number
    : string;

/**
 * Asks the policy, and marks the id of what was asked about.
 * @throws {DomainError} with the decision's code if it is a refusal
 */
export function permit<Question extends QuestionAboutOne>(
  actor: Principal,
  question: Question,
  context: PolicyContext,
): Permitted<Question["action"], IdOf<Question>>;
export function permit(actor: Principal, question: QuestionAboutOne, context: PolicyContext): string | number {
  requireAllowed(can(actor, question, context));
  if ("file" in question) return question.file.id;
  if ("folder" in question) return question.folder.id;
  if ("trashed" in question) return question.trashed.id;
  if ("request" in question) return question.job?.id ?? question.request.id;
  if (question.action === "key.manage") return question.key.id;
  return question.action === "session.end" ? question.session.id : question.account.id;
}

/**
 * Administrators may change any account, lock or job.
 * @throws {DomainError} what the policy says to others
 */
export function permitAdministrator(
  by: Principal,
  id: string,
  context: Pick<PolicyContext, "now">,
): Permitted<"server.manage", string>;
export function permitAdministrator(by: Principal, id: string, { now }: Pick<PolicyContext, "now">): string {
  requireAllowed(can(by, { action: "server.manage", changes: true }, { now, linkPassword: "not-needed" }));
  return id;
}

/**
 * For changing what proves the ownership of an account, or removing it: for callers who proved a moment ago that they
 * own it, and for administrators.
 */
export function permitToSecure(
  by: Principal,
  account: Pick<Account, "id">,
  { now }: Pick<PolicyContext, "now">,
): Permitted<"account.secure" | "server.manage", string> {
  const isOwners = by !== "operator" && isAccountActor(by) && by.account.id === account.id;
  return isOwners
    ? permit(by, { action: "account.secure", account }, { now, linkPassword: "not-needed" })
    : permitAdministrator(by, account.id, { now });
}
