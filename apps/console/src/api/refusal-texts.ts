import type { TextId } from "../texts/parts.ts";

/** What the server says of these in English alone, by the wire's numbers: their statuses say less. */
const byNumber: Readonly<Record<number, TextId>> = {
  312: "refused.sameName",
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
  574: "refused.emptyFile",
  575: "refused.tooLarge",
  576: "refused.tooManyFiles",
  577: "refused.tooManyKeys",
  578: "fetch.full",
  579: "fail.nameTaken",
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

/** Of a refusal that says the same whatever was asked for. */
export const textOfNumber = (number: number | undefined): TextId | undefined => byNumber[number ?? 0];
