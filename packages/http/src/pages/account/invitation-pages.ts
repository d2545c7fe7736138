import { INVITATION_PATH } from "@consigne/contract";
import type { MailedLinkOver } from "@consigne/core";
import { languageField } from "../forms.ts";
import { html } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { blockNotice } from "../page-notice.ts";
import { type Failure, failureNotice, mailedLinkOverPage } from "./mailed-link-pages.ts";

/** Behind the link mailed to an invited person. The hidden address is for password managers. */
export function invitationPage(
  context: PageContext,
  form: { token: string; email: string; invitedBy: string | undefined; failure: Failure },
): Page {
  const texts = context.texts.reset.invitation;
  const { token, email, invitedBy } = form;
  const main = html`
    <h1>${texts.title}</h1>
    ${failureNotice(form.failure)}
    <form class="box" method="post" action="${INVITATION_PATH}">
    ${languageField(context)}
    <input type="hidden" name="token" value="${token}">
    <p>${invitedBy === undefined ? texts.byOperator : texts.by(invitedBy)}</p>
    <p>${texts.forAccount} <strong>${email}</strong></p>
    <input type="text" name="account" value="${email}" autocomplete="username" hidden>
    <div class="field">
    <label for="pass">${texts.password}</label>
    <input type="password" id="pass" name="pass" autocomplete="new-password" minlength="8" required aria-describedby="pass-advice">
    <p class="quiet" id="pass-advice">${texts.passwordAdvice}</p>
    </div>
    <div class="field">
    <label for="pass-again">${texts.passwordAgain}</label>
    <input type="password" id="pass-again" name="pass_again" autocomplete="new-password" minlength="8" required>
    </div>
    <p><input type="submit" value="${texts.submit}"></p>
    </form>
  `;
  return { title: texts.title, main, width: "small" };
}

export function acceptedPage(context: PageContext, { email }: { email: string }): Page {
  const texts = context.texts.reset.invitation;
  const main = html`
    <h1>${texts.doneTitle}</h1>
    ${blockNotice({ kind: "good", text: texts.done(email) })}
    <p><a class="button" href="${context.prefix}/login.pl">${context.texts.frame.signIn}</a></p>
  `;
  return { title: texts.doneTitle, main, width: "small" };
}

export function invitationOverPage(context: PageContext, state: MailedLinkOver["state"]): Page {
  const { spent, expired } = context.texts.reset.invitation;
  return mailedLinkOverPage(context, state, { spent, expired, again: context.texts.frame.signIn, path: "/login.pl" });
}
