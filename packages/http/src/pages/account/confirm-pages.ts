import { EMAIL_CONFIRMATION_PATH } from "@consigne/contract";
import type { MailedLinkOver } from "@consigne/core";
import { languageField } from "../forms.ts";
import { html } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { blockNotice } from "../page-notice.ts";
import { failureNotice, mailedLinkOverPage } from "./mailed-link-pages.ts";

/**
 * The page behind the link mailed to a new address. A stranger may have received the link by mistake, so the page
 * reveals nothing about the account and requires the password.
 */
export function confirmPage(
  context: PageContext,
  { token, email, failure }: { token: string; email: string; failure: { text: string } | undefined },
): Page {
  const texts = context.texts.reset.confirm;
  const main = html`
    <h1>${texts.title}</h1>
    ${failureNotice(failure)}
    <form class="box" method="post" action="${EMAIL_CONFIRMATION_PATH}">
    ${languageField(context)}
    <input type="hidden" name="token" value="${token}">
    <p>${texts.newAddress} <strong>${email}</strong></p>
    <input type="text" name="account" value="${email}" autocomplete="username" hidden>
    <div class="field">
    <label for="pass">${texts.password}</label>
    <input type="password" id="pass" name="pass" autocomplete="current-password" required aria-describedby="pass-advice">
    <p class="quiet" id="pass-advice">${texts.text}</p>
    </div>
    <p><input type="submit" value="${texts.submit}"></p>
    </form>
  `;
  return { title: texts.title, main, width: "small" };
}

export function confirmedPage(context: PageContext, { email }: { email: string }): Page {
  const texts = context.texts.reset.confirm;
  const main = html`
    <h1>${texts.doneTitle}</h1>
    ${blockNotice({ kind: "good", text: texts.done(email) })}
    <p>${texts.doneRest}</p>
    <p><a class="button" href="${context.prefix}/console/index.pl">${context.texts.account.signedIn.toAccount}</a></p>
  `;
  return { title: texts.doneTitle, main, width: "small" };
}

export function confirmationOverPage(context: PageContext, state: MailedLinkOver["state"]): Page {
  const { spent, again } = context.texts.reset.confirm;
  return mailedLinkOverPage(context, state, { spent, again, path: "/console/security.pl#mail" });
}
