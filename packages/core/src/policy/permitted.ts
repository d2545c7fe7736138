import type { Principal } from "./actor.ts";
import { requireAllowed } from "./decision.ts";
import { can, type PolicyContext, type PolicyQuestion } from "./policy.ts";

declare const permitted: unique symbol;

/**
 * The id of what somebody may change: the mark that the policy was asked, and about which action. At run time it is the
 * id. Repositories take it where they change something; only `permit` makes one, and `bySystem` for work of our own.
 */
export type Permitted<Action extends PolicyQuestion["action"] | "system", Id extends string | number> = Id & {
  readonly [permitted]: Action;
};

type QuestionAboutOne = Extract<PolicyQuestion, { file: unknown } | { folder: unknown }>;
type IdOf<Question> = Question extends { file: { id: infer Id extends string } }
  ? Id
  : Question extends { folder: { id: infer Id extends number } }
    ? Id
    : never;

/**
 * Asks the policy, and marks the id of what was asked about.
 * @throws {DomainError} with the decision's code when it is a refusal
 */
export function permit<Question extends QuestionAboutOne>(
  actor: Principal,
  question: Question,
  context: PolicyContext,
): Permitted<Question["action"], IdOf<Question>>;
export function permit(actor: Principal, question: QuestionAboutOne, context: PolicyContext): string | number {
  requireAllowed(can(actor, question, context));
  return "file" in question ? question.file.id : question.folder.id;
}
