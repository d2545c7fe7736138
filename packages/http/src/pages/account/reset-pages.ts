import { FORGOTTEN_PASSWORD_PATH, PASSWORD_RESET_PATH } from "@consigne/contract";
import type { ResetLink } from "@consigne/core";
import { languageField } from "../forms.ts";
import { type Html, html } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";

type Failure = { text: string } | undefined;

const alert = (failure: Failure): Html | undefined =>
  failure && html`<div class="notice bad" role="alert"><div class="bloc2">${failure.text}</div></div>`;

/** Where somebody asks for a link to set a new password. */
export function forgottenPage(context: PageContext, { email, failure }: { email: string; failure: Failure }): Page {
  const texts = context.texts.reset.forgotten;
  const main = html`
    <h1>${texts.title}</h1>
    ${alert(failure)}
    <form class="box" method="post" action="${FORGOTTEN_PASSWORD_PATH}">
    ${languageField(context)}
    <p id="advice">${texts.text}</p>
    <div class="field">
    <label for="mail">${texts.email}</label>
    <input type="email" id="mail" name="mail" value="${email}" autocomplete="username" aria-describedby="advice" required>
    </div>
    <p><input type="submit" value="${texts.submit}"></p>
    </form>
    <p><a href="${context.prefix}/login.pl">${texts.toSignIn}</a></p>
  `;
  return { title: texts.title, main, width: "small" };
}

/** The same for every address. `isInOutbox`: nobody mails it, so the operator has it. */
export function linkSentPage(context: PageContext, shown: { email: string; isInOutbox: boolean }): Page {
  const texts = context.texts.reset.forgotten;
  const main = html`
    <h1>${texts.sentTitle}</h1>
    <div class="notice good" role="status"><div class="bloc2">${texts.sent(shown.email)}</div></div>
    <p>${shown.isInOutbox ? texts.outbox : texts.sentAdvice}</p>
    <p><a href="${context.prefix}/login.pl">${texts.toSignIn}</a></p>
  `;
  return { title: texts.sentTitle, main, width: "small" };
}

export interface ResetForm {
  token: string;
  email: string;
  keys: readonly { name: string; hint: string; usedAt: string | undefined }[];
  hasMoreKeys: boolean;
  endsKeys: boolean;
  failure: Failure;
}

/** Behind a mailed link. The hidden address lets password managers know whose password it is. */
export function resetPage(context: PageContext, form: ResetForm): Page {
  const texts = context.texts.reset.reset;
  const main = html`
    <h1>${texts.title}</h1>
    ${alert(form.failure)}
    <form class="box" method="post" action="${PASSWORD_RESET_PATH}">
    ${languageField(context)}
    <input type="hidden" name="token" value="${form.token}">
    <p>${texts.forAccount} <strong>${form.email}</strong></p>
    <input type="text" name="account" value="${form.email}" autocomplete="username" hidden>
    <div class="field">
    <label for="pass">${texts.password}</label>
    <input type="password" id="pass" name="pass" autocomplete="new-password" minlength="8" required aria-describedby="pass-advice">
    <p class="quiet" id="pass-advice">${texts.passwordAdvice}</p>
    </div>
    <div class="field">
    <label for="pass-again">${texts.passwordAgain}</label>
    <input type="password" id="pass-again" name="pass_again" autocomplete="new-password" minlength="8" required>
    </div>
    ${form.keys.length > 0 && keysPart(context, form)}
    <p class="quiet">${texts.rest}</p>
    <p><input type="submit" value="${texts.submit}"></p>
    </form>
  `;
  return { title: texts.title, main, width: "small" };
}

function keysPart(context: PageContext, { keys, hasMoreKeys, endsKeys }: ResetForm): Html {
  const texts = context.texts.reset.reset;
  return html`
    <fieldset>
    <legend>${texts.keysTitle}</legend>
    <p>${texts.keysCount(keys.length)}</p>
    <ul class="entries">
    ${keys.map(
      ({ name, hint, usedAt }) =>
        html`<li><div><strong>${name}</strong> <code>${hint}...</code><div class="quiet">${usedAt === undefined ? texts.keyUnused : texts.keyUsed(usedAt)}</div></div></li>`,
    )}
    </ul>
    ${hasMoreKeys && html`<p>${texts.keysMore}</p>`}
    <p class="quiet">${texts.keysAdvice}</p>
    <label class="check"><input type="radio" name="keys" value="keep"${!endsKeys && html` checked`}> ${texts.keepKeys}</label>
    <label class="check"><input type="radio" name="keys" value="end"${endsKeys && html` checked`}> ${texts.endKeys}</label>
    </fieldset>
  `;
}

export function resetDonePage(
  context: PageContext,
  { endsKeys, hadKeys }: { endsKeys: boolean; hadKeys: boolean },
): Page {
  const texts = context.texts.reset.reset;
  const main = html`
    <h1>${texts.doneTitle}</h1>
    <div class="notice good" role="status"><div class="bloc2">${texts.done}</div></div>
    ${hadKeys && html`<p>${endsKeys ? texts.doneEnded : texts.doneKept}</p>`}
    <p><a class="button" href="${context.prefix}/login.pl">${context.texts.frame.signIn}</a></p>
  `;
  return { title: texts.doneTitle, main, width: "small" };
}

/** Which of the ways a link ends it was, and how to get a new one. */
export function linkOverPage(context: PageContext, state: Exclude<ResetLink["state"], "usable">): Page {
  const texts = context.texts.reset.over;
  const reasons = {
    spent: texts.spent,
    expired: texts.expired,
    replaced: texts.replaced,
    "password-changed": texts.passwordChanged,
    unknown: texts.unknown,
    "account-locked": texts.locked,
  } as const;
  const main = html`
    <h1>${texts.title}</h1>
    <div class="notice bad" role="alert"><div class="bloc2">${reasons[state]}</div></div>
    ${state !== "account-locked" && html`<p><a class="button" href="${context.prefix}${FORGOTTEN_PASSWORD_PATH}">${texts.again}</a></p>`}
  `;
  return { title: texts.title, main, width: "small" };
}
