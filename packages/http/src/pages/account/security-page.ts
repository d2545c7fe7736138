import { browserName } from "@consigne/contract/browser-name";
import { visible } from "@consigne/contract/visible-text";
import { languageField } from "../forms.ts";
import { type Html, html } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { blockNotice, type PageNotice } from "../page-notice.ts";
import type { Texts } from "../texts/texts.ts";
import { accountMenu } from "./console-pages.ts";

export interface ShownSession {
  id: string;
  userAgent: string;
  address: string;
  /** Times as shown. */
  usedAt: string;
  begunAt: string;
  isBound: boolean;
  isThis: boolean;
}

export interface SecurityPage {
  email: string;
  formToken: string;
  sessions: readonly ShownSession[];
  /** Time zone of the times. */
  zone: string;
  /** The password was given within the last minutes; otherwise it is required before anything can be changed. */
  isProved: boolean;
  /** What was just done, or why not. */
  notice: PageNotice | undefined;
}

/** Everything that proves the ownership of an account. Each form is independent and works without scripts. */
export function securityPage(context: PageContext, shown: SecurityPage): Page {
  const texts = context.texts.account.security;
  const { notice } = shown;
  const main = html`
    <h1>${texts.title}</h1>
    ${accountMenu(context, "security")}
    ${blockNotice(notice)}
    ${!shown.isProved && confirmForm(context, shown)}
    <h2 id="password">${texts.passwordTitle}</h2>
    ${passwordForm(context, shown)}
    <h2 id="sessions">${texts.sessionsTitle}</h2>
    ${sessionList(context, shown)}
    <h2 id="mail">${texts.emailTitle}</h2>
    ${emailPart(context, shown)}
  `;
  return { title: texts.title, main };
}

type Form = Pick<SecurityPage, "formToken" | "email">;

/** The token binds the form to the session; the hidden address tells password managers whose password it is. */
function form(
  context: PageContext,
  { formToken, email }: Form,
  { action, titleId, fields }: { action: string; titleId: string; fields: Html },
): Html {
  return html`
    <form class="box" method="post" action="/console/security.pl" aria-labelledby="${titleId}">
    ${languageField(context)}
    <input type="hidden" name="token" value="${formToken}">
    <input type="hidden" name="do" value="${action}">
    <input type="text" name="account" value="${email}" autocomplete="username" hidden>
    ${fields}
    </form>
  `;
}

function confirmForm(context: PageContext, shown: SecurityPage): Html {
  const texts = context.texts.account.security;
  const fields = html`
    <p>${texts.confirm}</p>
    ${currentPassword(texts, "confirm")}
    <p><input type="submit" value="${texts.confirmSubmit}"></p>
  `;
  return html`<h2 id="confirm">${texts.confirmTitle}</h2>\n${form(context, shown, { action: "prove", titleId: "confirm", fields })}`;
}

function currentPassword(texts: Texts["account"]["security"], of: string): Html {
  return html`
    <div class="field">
    <label for="pass-${of}">${texts.currentPassword}</label>
    <input type="password" id="pass-${of}" name="pass" autocomplete="current-password" required>
    </div>
  `;
}

function passwordForm(context: PageContext, shown: SecurityPage): Html {
  const texts = context.texts.account.security;
  const fields = html`
    ${currentPassword(texts, "password")}
    <div class="field">
    <label for="new-pass">${texts.newPassword}</label>
    <input type="password" id="new-pass" name="new_pass" autocomplete="new-password" minlength="8" required aria-describedby="new-pass-advice">
    <p class="quiet" id="new-pass-advice">${texts.newPasswordAdvice}</p>
    </div>
    <div class="field">
    <label for="new-pass-again">${texts.newPasswordAgain}</label>
    <input type="password" id="new-pass-again" name="new_pass_again" autocomplete="new-password" minlength="8" required>
    </div>
    <p class="quiet">${texts.passwordAdvice}</p>
    <p><input type="submit" value="${texts.passwordSubmit}"></p>
  `;
  return form(context, shown, { action: "password", titleId: "password", fields });
}

function sessionList(context: PageContext, shown: SecurityPage): Html {
  const texts = context.texts.account.security;
  const hasOthers = shown.sessions.some(({ isThis }) => !isThis);
  const endOthers = html`<p><input type="submit" class="plain" value="${texts.endOthers}"></p>`;
  return html`
    <ul class="entries">
    ${shown.sessions.map((session) => sessionEntry(context, shown, session))}
    </ul>
    <p class="quiet">${texts.zone(shown.zone)}</p>
    ${!hasOthers && html`<p class="quiet">${texts.noOthers}</p>`}
    ${hasOthers && shown.isProved && bareForm(context, shown, "end-others", endOthers)}
  `;
}

function sessionEntry(context: PageContext, shown: SecurityPage, session: ShownSession): Html {
  const texts = context.texts.account.security;
  const name = browserName(session.userAgent, { unknown: texts.unknownBrowser, browserOn: texts.browserOn });
  const button = html`
    <input type="hidden" name="session" value="${session.id}">
    <input type="submit" class="plain" value="${texts.end}" aria-label="${texts.endNamed(name)}">
  `;
  return html`
    <li>
    <div>
    <strong title="${visible(session.userAgent)}">${name}</strong>${session.isThis && html` <span class="mark">${texts.thisSession}</span>`}
    <div class="quiet">${texts.lastUsed(session.usedAt, session.address)}</div>
    <div class="quiet">${texts.since(session.begunAt)}</div>
    ${session.isBound && html`<div class="quiet">${texts.bound}</div>`}
    </div>
    ${!session.isThis && shown.isProved && bareForm(context, shown, "end", button)}
    </li>
  `;
}

/** For a single button. */
function bareForm(context: PageContext, { formToken }: Pick<Form, "formToken">, action: string, fields: Html): Html {
  return html`
    <form method="post" action="/console/security.pl">
    ${languageField(context)}
    <input type="hidden" name="token" value="${formToken}">
    <input type="hidden" name="do" value="${action}">
    ${fields}
    </form>
  `;
}

function emailPart(context: PageContext, shown: SecurityPage): Html {
  const texts = context.texts.account.security;
  const current = html`<p>${texts.emailIs} <strong>${shown.email}</strong></p>`;
  const fields = html`
    ${currentPassword(texts, "mail")}
    <div class="field">
    <label for="new-mail">${texts.newEmail}</label>
    <input type="email" id="new-mail" name="mail" autocomplete="email" required aria-describedby="new-mail-advice">
    <p class="quiet" id="new-mail-advice">${texts.emailAdvice}</p>
    </div>
    <p><input type="submit" value="${texts.emailSubmit}"></p>
  `;
  return html`${current}\n${form(context, shown, { action: "mail", titleId: "mail", fields })}`;
}
