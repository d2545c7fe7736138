import { FORGOTTEN_PASSWORD_PATH, PASSWORD_RESET_PATH } from "@consigne/contract";
import { visible } from "@consigne/contract/visible-text";
import type { MailedLinkOver } from "@consigne/core";
import { languageField } from "../forms.ts";
import { type Html, html } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { blockNotice } from "../page-notice.ts";
import { makerText, type ShownKey } from "./keys-page.ts";
import { type Failure, failureNotice, mailedLinkOverPage } from "./mailed-link-pages.ts";

/** Where people ask for a link to set a new password. */
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

/** The same for every address. `isInOutbox`: there is no mail server, so the operator has the link. */
export function linkSentPage(context: PageContext, shown: { email: string; isInOutbox: boolean }): Page {
  const texts = context.texts.reset.forgotten;
  const main = html`
    <h1>${texts.sentTitle}</h1>
    ${blockNotice({ kind: "good", text: texts.sent(shown.email) })}
    <p>${shown.isInOutbox ? texts.outbox : texts.sentAdvice}</p>
    <p><a href="${context.prefix}/login.pl">${texts.toSignIn}</a></p>
  `;
  return { title: texts.sentTitle, main, width: "small" };
}

/** What others can access. */
interface Shared {
  /** With a public page. */
  folders: readonly { name: string; hasPassword: boolean }[];
  /** Shared with people, by folder. */
  people: readonly { name: string; people: readonly { email: string; mayWrite: boolean }[] }[];
  /** Additional ones, of files and folders. */
  links: readonly { name: string; hasPassword: boolean; createdAt: string }[];
  hasMore: { folders: boolean; people: boolean; links: boolean };
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
  shared: Shared;
  endsShares: boolean;
  fileCount: number;
  failure: Failure;
}

/** Behind a mailed link. The hidden address tells password managers whose password it is. */
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
    ${isAnything(form.shared) && sharesPart(context, form)}
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
      html`<strong>${visible(key.name)}</strong> <code>${key.hint}...</code><div class="quiet">${used(key)}${key.maker !== undefined && html`${context.language === "fr" ? " ; " : "; "}${makerText(context, key.maker)}`}</div>`,
  );
  return choice("keys", {
    title: texts.keysTitle,
    list: survivorList(context, { count: texts.keysCount(keys.length), entries, hasMore: hasMoreKeys }),
    advice: texts.keysAdvice,
    keep: texts.keepKeys,
    end: texts.endKeys,
    isEnd: endsKeys,
  });
}

const isAnything = ({ folders, people, links }: Shared): boolean => folders.length + people.length + links.length > 0;

function sharesPart(context: PageContext, { shared, endsShares }: ResetForm): Html {
  const texts = context.texts.reset.reset;
  const { folders, people, links, hasMore } = shared;
  const guard = (hasPassword: boolean) => (hasPassword ? texts.shareWithPassword : texts.shareOpen);
  const entry = (name: string, about: string) =>
    html`<strong>${visible(name)}</strong><div class="quiet">${about}</div>`;
  const person = ({ email, mayWrite }: Shared["people"][number]["people"][number]) =>
    mayWrite ? texts.mayChange(email) : email;
  const lists = [
    {
      count: texts.sharesCount(folders.length),
      entries: folders.map(({ name, hasPassword }) => entry(name, guard(hasPassword))),
      hasMore: hasMore.folders,
    },
    {
      count: texts.peopleCount(people.length),
      entries: people.map((folder) => entry(folder.name, folder.people.map(person).join(", "))),
      hasMore: hasMore.people,
    },
    {
      count: texts.linksCount(links.length),
      entries: links.map(({ name, hasPassword, createdAt }) =>
        entry(name, texts.linkMade(createdAt, guard(hasPassword))),
      ),
      hasMore: hasMore.links,
    },
  ];
  return choice("shares", {
    title: texts.sharesTitle,
    list: html`${lists.filter(({ entries }) => entries.length > 0).map((list) => survivorList(context, list))}`,
    advice: texts.sharesAdvice,
    keep: texts.keepShares,
    end: texts.endShares,
    isEnd: endsShares,
  });
}

function survivorList(
  { texts }: PageContext,
  { count, entries, hasMore }: { count: string; entries: readonly Html[]; hasMore: boolean },
): Html {
  return html`
    <p>${count}</p>
    <ul class="entries">
    ${entries.map((entry) => html`<li><div>${entry}</div></li>`)}
    </ul>
    ${hasMore && html`<p>${texts.reset.reset.moreThanShown}</p>`}
  `;
}

/** Something that survives a reset, and whether it should. */
function choice(
  name: string,
  shown: { title: string; list: Html; advice: string; keep: string; end: string; isEnd: boolean },
): Html {
  return html`
    <fieldset>
    <legend>${shown.title}</legend>
    ${shown.list}
    <p class="quiet">${shown.advice}</p>
    <label class="check"><input type="radio" name="${name}" value="keep"${!shown.isEnd && html` checked`}> ${shown.keep}</label>
    <label class="check"><input type="radio" name="${name}" value="end"${shown.isEnd && html` checked`}> ${shown.end}</label>
    </fieldset>
  `;
}

export function resetDonePage(
  context: PageContext,
  done: { endsKeys: boolean; hadKeys: boolean; endsShares: boolean; wasShared: boolean },
): Page {
  const texts = context.texts.reset.reset;
  const main = html`
    <h1>${texts.doneTitle}</h1>
    ${blockNotice({ kind: "good", text: texts.done })}
    ${done.hadKeys && html`<p>${done.endsKeys ? texts.doneEnded : texts.doneKept}</p>`}
    ${done.wasShared && html`<p>${done.endsShares ? texts.doneSharesEnded : texts.doneSharesKept}</p>`}
    <p><a class="button" href="${context.prefix}/login.pl">${context.texts.frame.signIn}</a></p>
  `;
  return { title: texts.doneTitle, main, width: "small" };
}

export function linkOverPage(context: PageContext, state: MailedLinkOver["state"]): Page {
  const { spent, again } = context.texts.reset.over;
  return mailedLinkOverPage(context, state, { spent, again, path: FORGOTTEN_PASSWORD_PATH });
}
