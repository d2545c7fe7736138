import type { Plan } from "@consigne/core";
import { type Html, html, type HtmlValue } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { formatSize } from "../sizes.ts";
import { styleAttributes } from "../style-sheet.ts";

type PaidKind = "premium" | "access" | "gold";

const paidKinds: Readonly<Record<Plan["offer"], PaidKind | undefined>> = {
  0: undefined,
  1: "premium",
  2: "access",
  3: "gold",
};

export interface OverviewPage {
  email: string;
  plan: Plan;
  usedBytes: number;
}

/**
 * What clients open to see whether they are signed in, and the account's plan. They find their words in a block that
 * people need not see twice.
 */
export function overviewPage(context: PageContext, { email, plan, usedBytes }: OverviewPage): Page {
  const texts = context.texts.account.overview;
  const { language } = context;
  const paid = paidKinds[plan.offer];
  const used = formatSize(usedBytes, language);
  const quota = plan.storageQuotaBytes;
  const main = html`
    <h1>${texts.title}</h1>
    ${accountMenu(context, "index")}
    <table>
    <tr><th scope="row">${texts.email}</th><td>${email}</td></tr>
    <tr><th scope="row">${texts.plan}</th><td>${plan.title}</td></tr>
    <tr><th scope="row">${texts.stored}</th><td>${quota === undefined ? used : texts.storedOf(used, formatSize(quota, language))}</td></tr>
    </table>
    ${usedBytes === 0 && firstSteps(context, paid !== undefined)}
    <div class="rightside" hidden>
    <div class="bloc">
    <div><a href="${context.prefix}/console/index.pl">${texts.files}</a> <a href="${context.prefix}/logout.pl">${texts.signOut}</a></div>
    <div>
    <div>${email}</div>
    <div>${texts.kinds[paid ?? "free"]}</div>
    </div>
    ${paid !== undefined && html`<div class="alc">${texts.paid[paid]}</div>`}
    </div>
    </div>
  `;
  return { title: texts.title, main };
}

/** For an account that stores nothing yet. */
const firstSteps = ({ texts, prefix }: PageContext, mayHaveKeys: boolean): HtmlValue => {
  const { nothing, upload, forPrograms, createKey } = texts.account.overview;
  return [
    html`<p>${nothing}</p>`,
    html`<p><a class="button" href="${prefix}/console/files.pl">${upload}</a></p>`,
    mayHaveKeys && html`<p>${forPrograms} <a href="${prefix}/console/params.pl">${createKey}</a></p>`,
  ];
};

export interface PlanPage {
  plan: Plan;
  /** As a day; undefined for a plan that never ends. */
  endsOn: string | undefined;
  hasEnded: boolean;
}

/** Shown for plans that never end: JDownloader considers an account free unless its subscription ends in the future. */
const LATE_DAY = "2099-12-31";

/**
 * pyLoad and JDownloader read the day; a page without one means a free account. For a plan that never ends they get a
 * distant one, which is hidden from people.
 */
export function planPage(context: PageContext, { plan, endsOn, hasEnded }: PlanPage): Page {
  const texts = context.texts.account.plan;
  const paid = paidKinds[plan.offer];
  const main = html`
    <h1>${texts.title}</h1>
    ${accountMenu(context, "abo")}
    <div class="box">
    ${
      paid === undefined
        ? html`<p>${hasEnded ? texts.ended : texts.free}</p>`
        : html`
        ${endsOn === undefined && html`<p>${texts.endless(plan.title)}</p>`}
        <p${endsOn === undefined && html` hidden`}>${texts.validUntil[paid]} <span style="${styleAttributes.fileName}">${endsOn ?? LATE_DAY}</span></p>
        `
    }
    <p class="quiet">${texts.who}</p>
    </div>
  `;
  return { title: texts.title, main };
}

/** JDownloader reads the first sentence, and that there is no credit. */
export function creditsPage(context: PageContext): Page {
  const { title, none, advice } = context.texts.account.credits;
  const main = html`
    <h1>${title}</h1>
    ${accountMenu(context)}
    <p>${none}</p>
    <p>${advice}</p>
  `;
  return { title, main };
}

export function accountMenu(
  context: PageContext,
  here?: "files" | "index" | "abo" | "remote" | "params" | "security",
): Html {
  const { label, overview, plan, settings, security } = context.texts.account.menu;
  const entries = [
    ["files", context.texts.files.menu],
    ["remote", context.texts.console.remote.menu],
    ["index", overview],
    ["abo", plan],
    ["params", settings],
    ["security", security],
  ].map(([name, text]) =>
    name === here
      ? html`<li><a href="${context.prefix}/console/${name}.pl" aria-current="page">${text}</a></li>`
      : html`<li><a href="${context.prefix}/console/${name}.pl">${text}</a></li>`,
  );
  return html`<nav class="menu" aria-label="${label}"><ul>${entries}</ul></nav>`;
}
