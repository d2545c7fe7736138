import { isDomainError } from "@consigne/core";
import { restrictedPage, sentencePage } from "./file-pages.ts";
import type { Page } from "./layout.ts";
import type { PageContext } from "./page-context.ts";

/** For visitors who may not use a link, or no longer, with status 403; undefined for every other refusal. */
export function linkStatePage(context: PageContext, error: unknown): Page | undefined {
  const { share } = context.texts;
  if (isDomainError(error, "not-allowed")) return restrictedPage(context);
  if (isDomainError(error, "link-ended")) return sentencePage(share.ended);
  if (isDomainError(error, "link-used-up")) return sentencePage(share.usedUp);
  return isDomainError(error, "link-off") ? sentencePage(share.off) : undefined;
}
