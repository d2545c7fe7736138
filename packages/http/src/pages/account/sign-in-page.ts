import { FORGOTTEN_PASSWORD_PATH } from "@consigne/contract";
import { type EndedSession, isAged, MOST_SESSIONS, sessionSpans } from "@consigne/core";
import { languageField } from "../forms.ts";
import { type Html, html } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { alertRole } from "../page-notice.ts";

/** Why the form is shown again: what went wrong, and what to do about it. */
export interface SignInFailure {
  text: string;
  advice?: string | undefined;
  /** Where it would work. */
  link?: { href: string; text: string } | undefined;
}

export interface SignInForm {
  /** Path on this site to continue with. */
  next: string | undefined;
  /** As entered; shown again, because mostly the password is mistyped. */
  email: string;
  failure: SignInFailure | undefined;
  /** Why a person who was signed in has to sign in again. */
  notice?: string | undefined;
}

/**
 * The names are those of 1fichier.com, which its clients post. No page before signing in may mention signing out:
 * pyLoad takes that for being signed in.
 */
export function signInPage(context: PageContext, { next, email, failure, notice }: SignInForm): Page {
  const texts = context.texts.account.signIn;
  const main = html`
    <h1>${texts.title}</h1>
    ${failure !== undefined && failureNotice(failure)}
    ${notice !== undefined && html`<div class="notice" role="status"><div class="bloc2">${notice}</div></div>`}
    <form class="box" method="post" action="/login.pl">
    ${languageField(context)}
    ${next !== undefined && html`<input type="hidden" name="next" value="${next}">`}
    <div class="field">
    <label for="mail">${texts.email}</label>
    <input type="email" id="mail" name="mail" value="${email}" autocomplete="username" required>
    </div>
    <div class="field">
    <label for="password">${texts.password}</label>
    <input type="password" id="password" name="pass" autocomplete="current-password" required>
    </div>
    <label class="check"><input type="checkbox" name="lt" value="on"> ${texts.stay}</label>
    <p><input type="submit" name="valider" value="${texts.submit}"></p>
    <p><a href="${context.prefix}${FORGOTTEN_PASSWORD_PATH}">${context.texts.reset.link}</a></p>
    </form>
  `;
  return { title: texts.title, main, width: "small" };
}

/** For a session whose token this browser still has. */
export function sessionEndText({ texts }: PageContext, session: EndedSession | undefined): string {
  const { elsewhere, passwordChanged, unused, aged, replaced, unknown } = texts.account.signIn.ended;
  switch (session?.ended.as) {
    case undefined:
      return unknown;
    case "ended elsewhere":
      return elsewhere;
    case "password changed":
      return passwordChanged;
    case "replaced":
      return replaced(MOST_SESSIONS);
    case "expired": {
      const { unusedHours, mostDays } = sessionSpans[session.life];
      return isAged(session) ? aged(mostDays) : unused(unusedHours);
    }
  }
}

/** The text is directly in its element: clients look for the phrase after a `>`. */
function failureNotice({ text, advice, link }: SignInFailure): Html {
  return html`
    <div class="notice bad" ${alertRole}>
    <div class="bloc2">${text}</div>
    ${advice !== undefined && html`<p>${advice}</p>`}
    ${link !== undefined && html`<p><a href="${link.href}">${link.text}</a></p>`}
    </div>
  `;
}

/** Synology's module looks for the e-mail address in it, JDownloader and pyLoad for the sign-out link. */
export function signedInPage({ texts, prefix }: PageContext, { email }: { email: string }): Page {
  const { title, as, toAccount, signOut } = texts.account.signedIn;
  const main = html`
    <h1>${title}</h1>
    <p>${as} <strong>${email}</strong></p>
    <p><a class="button" href="${prefix}/console/index.pl">${toAccount}</a> <a class="button plain" href="${prefix}/logout.pl">${signOut}</a></p>
  `;
  return { title, main, width: "small" };
}

/** An old client takes the two hidden inputs from the block and posts them. */
export function signOutPage(context: PageContext, formToken: string): Page {
  const { title, question, submit } = context.texts.account.signOut;
  const main = html`
    <h1>${title}</h1>
    <div class="bloc2 box">
    <p>${question}</p>
    <form method="post" action="/logout.pl">
    ${languageField(context)}
    <input type="hidden" name="a" value="1">
    <input type="hidden" name="b" value="${formToken}">
    <p><input type="submit" value="${submit}"></p>
    </form>
    </div>
  `;
  return { title, main, width: "small" };
}

export function signedOutPage({ texts, prefix }: PageContext, { isDone }: { isDone: boolean | "unwritten" }): Page {
  const { title, done, nobody, again, unwritable } = texts.account.signOut;
  const kind = isDone === "unwritten" ? " bad" : isDone && " good";
  const text = isDone === "unwritten" ? unwritable : isDone ? done : nobody;
  const main = html`
    <h1>${title}</h1>
    <div class="notice${kind}"><div class="bloc2">${text}</div></div>
    <p><a href="${prefix}/login.pl">${again}</a></p>
  `;
  return { title, main, width: "small" };
}
