import { FORGOTTEN_PASSWORD_PATH, PASSWORD_RESET_PATH } from "@consigne/contract";
import type { MailedLinkOver } from "@consigne/core";
import { languageField } from "../forms.ts";
import { type Html, html } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { makerText, type ShownKey } from "./keys-page.ts";
import { type Failure, failureNotice, mailedLinkOverPage } from "./mailed-link-pages.ts";

/** Where somebody asks for a link to set a new password. */
export function forgottenPage(context: PageContext, { email, failure }: { email: string; failure: Failure }): Page {
  const texts = context.texts.reset.forgotten;
  const main = html`
    <h1>${texts.title}</h1>
    ${failureNotice(failure)}
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
  keys: readonly {
    name: string;
    hint: string;
    usedAt: string | undefined;
    usedFrom: string | undefined;
    maker: ShownKey["maker"];
  }[];
  hasMoreKeys: boolean;
  endsKeys: boolean;
  /** With a public page. */
  folders: readonly { name: string; hasPassword: boolean }[];
  hasMoreFolders: boolean;
  endsShares: boolean;
  fileCount: number;
  failure: Failure;
}

/** Behind a mailed link. The hidden address lets password managers know whose password it is. */
export function resetPage(context: PageContext, form: ResetForm): Page {
  const texts = context.texts.reset.reset;
  const main = html`
    <h1>${texts.title}</h1>
    ${failureNotice(form.failure)}
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
    ${form.folders.length > 0 && sharesPart(context, form)}
    ${form.fileCount > 0 && html`<p>${texts.filesCount(form.fileCount)}</p>`}
    <p class="quiet">${texts.rest}</p>
    <p><input type="submit" value="${texts.submit}"></p>
    </form>
  `;
  return { title: texts.title, main, width: "small" };
}

function keysPart(context: PageContext, { keys, hasMoreKeys, endsKeys }: ResetForm): Html {
  const texts = context.texts.reset.reset;
  const { usedFrom: from } = context.texts.account.settings;
  const used = ({ usedAt, usedFrom }: ResetForm["keys"][number]) =>
    usedAt === undefined ? texts.keyUnused : texts.keyUsed(usedFrom === undefined ? usedAt : from(usedAt, usedFrom));
  const entries = keys.map(
    (key) =>
      html`<strong>${key.name}</strong> <code>${key.hint}...</code><div class="quiet">${used(key)}${key.maker !== undefined && `; ${makerText(context, key.maker)}`}</div>`,
  );
  return choice("keys", {
    title: texts.keysTitle,
    count: texts.keysCount(keys.length),
    entries,
    more: hasMoreKeys && texts.keysMore,
    advice: texts.keysAdvice,
    keep: texts.keepKeys,
    end: texts.endKeys,
    isEnd: endsKeys,
  });
}

function sharesPart(context: PageContext, { folders, hasMoreFolders, endsShares }: ResetForm): Html {
  const texts = context.texts.reset.reset;
  const entries = folders.map(
    ({ name, hasPassword }) =>
      html`<strong>${name}</strong><div class="quiet">${hasPassword ? texts.shareWithPassword : texts.shareOpen}</div>`,
  );
  return choice("shares", {
    title: texts.sharesTitle,
    count: texts.sharesCount(folders.length),
    entries,
    more: hasMoreFolders && texts.keysMore,
    advice: texts.sharesAdvice,
    keep: texts.keepShares,
    end: texts.endShares,
    isEnd: endsShares,
  });
}

/** What survives by itself, and whether it shall. */
function choice(
  name: string,
  shown: {
    title: string;
    count: string;
    entries: readonly Html[];
    more: string | false;
    advice: string;
    keep: string;
    end: string;
    isEnd: boolean;
  },
): Html {
  return html`
    <fieldset>
    <legend>${shown.title}</legend>
    <p>${shown.count}</p>
    <ul class="entries">
    ${shown.entries.map((entry) => html`<li><div>${entry}</div></li>`)}
    </ul>
    ${shown.more !== false && html`<p>${shown.more}</p>`}
    <p class="quiet">${shown.advice}</p>
    <label class="check"><input type="radio" name="${name}" value="keep"${!shown.isEnd && html` checked`}> ${shown.keep}</label>
    <label class="check"><input type="radio" name="${name}" value="end"${shown.isEnd && html` checked`}> ${shown.end}</label>
    </fieldset>
  `;
}

export function resetDonePage(
  context: PageContext,
  done: { endsKeys: boolean; hadKeys: boolean; endsShares: boolean; hadFolders: boolean },
): Page {
  const texts = context.texts.reset.reset;
  const main = html`
    <h1>${texts.doneTitle}</h1>
    <div class="notice good" role="status"><div class="bloc2">${texts.done}</div></div>
    ${done.hadKeys && html`<p>${done.endsKeys ? texts.doneEnded : texts.doneKept}</p>`}
    ${done.hadFolders && html`<p>${done.endsShares ? texts.doneSharesEnded : texts.doneSharesKept}</p>`}
    <p><a class="button" href="${context.prefix}/login.pl">${context.texts.frame.signIn}</a></p>
  `;
  return { title: texts.doneTitle, main, width: "small" };
}

export function linkOverPage(context: PageContext, state: MailedLinkOver["state"]): Page {
  const { spent, again } = context.texts.reset.over;
  return mailedLinkOverPage(context, state, { spent, again, path: FORGOTTEN_PASSWORD_PATH });
}
