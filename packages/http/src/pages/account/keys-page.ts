import { visible } from "@consigne/contract/visible-text";
import { keyTemplateNames, type KeyScopes, type ScopeArea, servedScopeAreas } from "@consigne/core";
import { languageField } from "../forms.ts";
import { type Html, html } from "../html.ts";
import type { Language } from "../languages.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { pageNotice, type PageNotice } from "../page-notice.ts";
import { withName } from "../shown-name.ts";
import { accountMenu } from "./console-pages.ts";

export interface ShownKey {
  id: string;
  name: string;
  hint: string;
  state: "active" | "expired" | "revoked";
  scopes: KeyScopes;
  /** Name of the folder that it is restricted to; undefined for all. */
  folder: string | undefined;
  addresses: readonly string[];
  /** Times as shown; undefined for never. */
  usedAt: string | undefined;
  usedFrom: string | undefined;
  endsAt: string | undefined;
  /** The key that made it, without a name if that key was removed; undefined if a person made it. */
  maker: { name: string | undefined } | undefined;
  /** Working keys that it made, directly or through others. */
  created: readonly { id: string; name: string; hint: string }[];
}

/** For people who may change keys here; others only see the table. */
export interface KeyForms {
  formToken: string;
  /** Time zone of the times. */
  zone: string;
  /** The password was given within the last minutes; otherwise each form asks for it. */
  isProved: boolean;
  /** The plan has no API access. */
  needsPremium: boolean;
  /** What was entered, after a failure. Never includes the password. */
  given: ReadonlyMap<string, string>;
  /** Why no key was made. */
  failure: string | undefined;
}

export function keysPage(
  context: PageContext,
  shown: { keys: readonly ShownKey[]; forms: KeyForms | undefined; notice: PageNotice | undefined },
): Page {
  const texts = context.texts.account.settings;
  const { forms, keys, notice } = shown;
  const main = html`
    <h1>${texts.title}</h1>
    ${accountMenu(context, "params")}
    ${pageNotice(notice)}
    <p>${texts.intro}${forms !== undefined && html` ${context.texts.account.security.zone(forms.zone)}`}</p>
    ${keys.length === 0 ? html`<p>${texts.noKeys}</p>` : keyTable(context, keys, forms !== undefined)}
    ${forms?.needsPremium === true && html`<div class="notice">${texts.premium}</div>`}
    ${forms?.needsPremium === false && newKeyForm(context, forms)}
    <p hidden>${texts.credits}</p>
  `;
  return { title: texts.title, main, width: "wide" };
}

function keyTable(context: PageContext, keys: readonly ShownKey[], hasForms: boolean): Html {
  const texts = context.texts.account.settings;
  const heads = [texts.name, texts.hint, texts.rights, texts.folder, texts.used, texts.ends];
  return html`
    <div class="keys">
    <table>
    <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}${hasForms && html`<td></td>`}</tr></thead>
    <tbody>
    ${keys.map((key) => keyRow(context, key, hasForms))}
    </tbody>
    </table>
    </div>
  `;
}

function keyRow(context: PageContext, key: ShownKey, hasForms: boolean): Html {
  const texts = context.texts.account.settings;
  const link = html`<a href="${context.prefix}/console/params.pl?key=${key.id}" aria-label="${texts.manageNamed(visible(key.name))}">${texts.manage}</a>`;
  return html`
    <tr>
    <td><strong>${visible(key.name)}</strong>${key.maker !== undefined && html`<br>${makerText(context, key.maker)}`}</td>
    <td data-label="${texts.hint}"><code>${key.hint}</code></td>
    <td data-label="${texts.rights}">${rightsText(context, key.scopes)}</td>
    <td data-label="${texts.folder}">${folderText(context, key)}${key.addresses.length > 0 && html`<br>${texts.from(key.addresses.length)}`}</td>
    <td data-label="${texts.used}">${usedText(context, key)}</td>
    <td data-label="${texts.ends}">${endText(context, key)}</td>
    ${hasForms && html`<td>${(key.state !== "revoked" || key.created.length > 0) && link}</td>`}
    </tr>
  `;
}

export function makerText({ texts }: PageContext, { name }: NonNullable<ShownKey["maker"]>): Html {
  const { createdBy, createdByForgotten } = texts.account.settings;
  return name === undefined ? html`${createdByForgotten}` : withName(createdBy, name);
}

export const folderText = ({ texts }: PageContext, { folder }: Pick<ShownKey, "folder">): string =>
  folder === undefined ? texts.account.settings.everything : visible(folder);

export function usedText({ texts }: PageContext, { usedAt, usedFrom }: ShownKey): string {
  const { never, usedFrom: from } = texts.account.settings;
  if (usedAt === undefined) return never;
  return usedFrom === undefined ? usedAt : from(usedAt, usedFrom);
}

export function endText({ texts }: PageContext, { state, endsAt }: ShownKey): string {
  const { never, revoked, expired } = texts.account.settings;
  if (state === "active") return endsAt ?? never;
  return state === "revoked" ? revoked : expired;
}

/** Created once: creating one takes longer than everything else in a row of the table. */
const lists: Readonly<Record<Language, Intl.ListFormat>> = {
  en: new Intl.ListFormat("en", { type: "unit", style: "short" }),
  fr: new Intl.ListFormat("fr", { type: "unit", style: "short" }),
};

/** In words: the areas it may see and change, and those it may only see. */
export function rightsText({ texts, language }: PageContext, scopes: KeyScopes): string {
  const { areas, noRights, read, write } = texts.account.settings;
  const of = (right: "read" | "write") =>
    lists[language].format(servedScopeAreas.filter((area) => scopes[area] === right).map((area) => areas[area]));
  const parts = [
    [of("write"), write],
    [of("read"), read],
  ] as const;
  const said = parts.filter(([names]) => names !== "").map(([names, say]) => say(names));
  return said.length === 0 ? noRights : said.join(language === "fr" ? " ; " : "; ");
}

function newKeyForm(context: PageContext, forms: KeyForms): Html {
  const texts = context.texts.account.settings;
  const given = (name: string) => forms.given.get(name) ?? "";
  const chosen = given("template") || "rclone";
  const option = (name: keyof typeof texts.templates) =>
    html`<option value="${name}"${name === chosen && html` selected`}>${texts.templates[name]}</option>`;
  const fields = html`
    ${field("name", texts.name, texts.nameAdvice, html`<input type="text" id="name" name="name" value="${given("name")}" maxlength="100" required aria-describedby="name-advice">`)}
    <div class="field">
    <label for="template">${texts.template}</label>
    <select id="template" name="template">
    ${[...keyTemplateNames, "custom" as const].map(option)}
    </select>
    </div>
    ${rightsChoice(context, forms)}
    ${field("folder", texts.folder, texts.folderAdvice, html`<input type="text" id="folder" name="folder" value="${given("folder")}" aria-describedby="folder-advice">`)}
    ${field("addresses", texts.addresses, texts.addressesAdvice, html`<input type="text" id="addresses" name="addresses" value="${given("addresses")}" aria-describedby="addresses-advice">`)}
    ${field("ends", texts.end, texts.endAdvice, html`<input type="date" id="ends" name="ends" value="${given("ends")}" aria-describedby="ends-advice">`)}
    ${passwordField(context, forms, "new")}
    <p><input type="submit" value="${texts.create}"></p>
  `;
  // Beside the form: the table above may be longer than the window.
  const failure = forms.failure === undefined ? undefined : ({ kind: "bad", text: forms.failure } as const);
  return html`<h2 id="new">${texts.newTitle}</h2>\n${pageNotice(failure)}\n${keyForm(context, forms, { action: "new", fields })}`;
}

function rightsChoice(context: PageContext, forms: KeyForms): Html {
  const texts = context.texts.account.settings;
  const select = (area: ScopeArea) => {
    const chosen = forms.given.get(`scope-${area}`) ?? "none";
    const option = (right: keyof typeof texts.right) =>
      html`<option value="${right}"${right === chosen && html` selected`}>${texts.right[right]}</option>`;
    return html`
      <div class="field">
      <label for="scope-${area}">${texts.areas[area]}</label>
      <select id="scope-${area}" name="scope-${area}">
      ${(["none", "read", "write"] as const).map(option)}
      </select>
      </div>
    `;
  };
  return html`
    <details${forms.given.get("template") === "custom" && html` open`}>
    <summary>${texts.custom}</summary>
    <div class="rights">
    ${servedScopeAreas.map(select)}
    </div>
    </details>
  `;
}

function field(name: string, label: string, advice: string, input: Html): Html {
  return html`
    <div class="field">
    <label for="${name}">${label}</label>
    ${input}
    <p class="quiet" id="${name}-advice">${advice}</p>
    </div>
  `;
}

/** Only if it was given too long ago. */
export function passwordField({ texts }: PageContext, { isProved }: KeyForms, of: string): Html | false {
  const { password, passwordAdvice } = texts.account.settings;
  if (isProved) return false;
  const id = `pass-${of}`;
  const input = html`<input type="password" id="${id}" name="pass" autocomplete="current-password" required aria-describedby="${id}-advice">`;
  return field(id, password, passwordAdvice, input);
}

export function keyForm(
  context: PageContext,
  { formToken }: KeyForms,
  { action, keyId, fields }: { action: string; keyId?: string; fields: Html },
): Html {
  return html`
    <form class="box" method="post" action="/console/params.pl">
    ${languageField(context)}
    <input type="hidden" name="token" value="${formToken}">
    <input type="hidden" name="do" value="${action}">
    ${keyId !== undefined && html`<input type="hidden" name="key" value="${keyId}">`}
    ${fields}
    </form>
  `;
}
