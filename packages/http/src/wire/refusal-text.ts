import type { Language } from "../pages/languages.ts";
import { refusalsFrench } from "../pages/texts/refusals-french.ts";
import type { ErrorAnswer } from "./error-answer.ts";

/** A refusal as one sentence for people, in their language and without the number that programs read. */
export function refusalText(
  { language }: { language: Language },
  { name, body }: Pick<ErrorAnswer, "name" | "body">,
): string {
  return language === "fr" ? refusalsFrench[name] : body.message.replace(/ #\d+$/, "");
}
