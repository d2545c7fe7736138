import { type RefusalReason, refusalReasons } from "@consigne/contract/wire-errors";
import type { TextId } from "../texts/parts.ts";
import type { Text } from "../texts/use-text.ts";

/** Refusals for which the server only has an English text, by the API's numbers: their statuses are less specific. */
const byNumber: Readonly<Record<number, TextId>> = {
  312: "refused.sameName",
  553: "refused.requestLarge",
  558: "refused.weakPassword",
  559: "refused.badEmail",
  560: "refused.letters",
  561: "fail.notEmpty",
  562: "fail.nameTaken",
  564: "refused.cycle",
  565: "refused.root",
  566: "refused.badName",
  567: "refused.accountExists",
  569: "refused.tooDeep",
  572: "refused.brokeOff",
  574: "refused.emptyFile",
  575: "refused.tooLarge",
  576: "refused.tooManyFiles",
  577: "refused.tooManyKeys",
  578: "fetch.full",
  579: "fail.nameTaken",
  586: "refused.digest",
  587: "refused.tooManyUploads",
  590: "fail.quota",
  591: "fail.quota",
  592: "refused.storage",
  594: "refused.damaged",
  595: "refused.blocked",
  596: "refused.lastAdministrator",
  600: "refused.arriving",
  620: "refused.ownerLocked",
};

/** What distinguishes refusals; `reasonValue` is the value that the message mentions. */
export interface NamedRefusal {
  number?: number | undefined;
  reason?: string | undefined;
  reasonValue?: string | undefined;
}

/**
 * The translation of a refusal that means the same for every call; undefined: only the server has a text, in English.
 */
export function wordsOf({ number, reason, reasonValue = "" }: NamedRefusal, text: Text): string | undefined {
  const why = refusalReasons.find((each): each is RefusalReason => each === reason);
  if (why !== undefined) return text(`why.${why}`, { value: reasonValue });
  const id = byNumber[number ?? 0];
  return id && text(id);
}
