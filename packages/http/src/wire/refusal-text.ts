import { frenchReasons } from "@consigne/contract/french-reasons";
import type { Language } from "../pages/languages.ts";
import { refusalsFrench } from "../pages/texts/refusals-french.ts";
import type { ErrorAnswer } from "./error-answer.ts";

/** A refusal as a sentence for people, in their language and without the number for programs. */
export function refusalText(
  { language }: { language: Language },
  { name, body }: Pick<ErrorAnswer, "name" | "body">,
): string {
  if (language !== "fr") return body.message.replace(/ #\d+$/, "");
  const { reason, reason_value: value = "" } = body;
  return reason === undefined ? refusalsFrench[name] : frenchReasons[reason].replace("{value}", () => value);
}
