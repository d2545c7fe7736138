import { sentencePage } from "../file-pages.ts";
import type { Language } from "../languages.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";

/** Refusals that a visitor can do something about. */
export type KnownRefusal = "absent" | "method" | "foreign-form" | "full" | "unwritable" | "busy";

/** @param methods the methods that the address accepts, if it exists */
export function knownRefusalPage(
  { texts, language }: PageContext,
  refusal: KnownRefusal,
  methods: string[] = [],
): Page {
  const { refused, signIn } = texts.account;
  const { title } = texts.refusal;
  switch (refusal) {
    case "absent":
      return sentencePage({ title: refused.absentTitle, text: refused.absent, advice: refused.absentAdvice });
    case "method":
      return sentencePage({
        title: refused.methodTitle,
        text: refused.method(lists[language].format(methods)),
        advice: refused.absentAdvice,
      });
    case "foreign-form":
      return sentencePage({ title: refused.foreignTitle, text: refused.foreign, advice: refused.foreignAdvice });
    case "full":
      return sentencePage({ title: refused.fullTitle, text: refused.full, advice: signIn.lockedAdvice });
    case "unwritable":
      return sentencePage({ title: refused.unwritableTitle, text: refused.unwritable, advice: signIn.lockedAdvice });
    case "busy":
      return sentencePage({ title, text: signIn.busy, advice: signIn.busyAdvice });
  }
}

const lists: Readonly<Record<Language, Intl.ListFormat>> = {
  en: new Intl.ListFormat("en-GB"),
  fr: new Intl.ListFormat("fr"),
};

/** Rounded up, so that waiting this long is enough. */
export function minutesOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 60_000));
}
