import type { MailedLinkOver } from "@consigne/core";
import { type Html, html } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { blockNotice } from "../page-notice.ts";

export type Failure = { text: string } | undefined;

export const failureNotice = (failure: Failure): Html | undefined =>
  failure && blockNotice({ kind: "bad", text: failure.text });

/** Why the link is no longer valid, and how to get a new one, at `path`. */
export function mailedLinkOverPage(
  context: PageContext,
  state: MailedLinkOver["state"],
  { spent, expired, again, path }: { spent: string; expired?: string; again: string; path: string },
): Page {
  const texts = context.texts.reset.over;
  const reasons = {
    spent,
    expired: expired ?? texts.expired,
    replaced: texts.replaced,
    revoked: texts.revoked,
    "password-changed": texts.passwordChanged,
    unknown: texts.unknown,
    "account-locked": texts.locked,
  } as const;
  const main = html`
    <h1>${texts.title}</h1>
    ${failureNotice({ text: reasons[state] })}
    ${state !== "account-locked" && html`<p><a class="button" href="${context.prefix}${path}">${again}</a></p>`}
  `;
  return { title: texts.title, main, width: "small" };
}
