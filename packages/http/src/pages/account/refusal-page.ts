import { sentencePage } from "../file-pages.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";

/** Why somebody is refused, where they can do something about it. */
export type KnownRefusal = "absent" | "foreign-form" | "full" | "unwritable" | "busy";

export function knownRefusalPage({ texts }: PageContext, refusal: KnownRefusal): Page {
  const { refused, signIn } = texts.account;
  const { title } = texts.refusal;
  switch (refusal) {
    case "absent":
      return sentencePage({ title: refused.absentTitle, text: refused.absent, advice: refused.absentAdvice });
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

/** Rounded up: whoever waits for so long is let in. */
export function minutesOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 60_000));
}
