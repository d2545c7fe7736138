import { type ReadyLine, readyLines } from "@consigne/contract/ready-lines";
import { visible } from "@consigne/contract/visible-text";
import type { KeyScopes } from "@consigne/core";
import { type Html, html } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { pageNotice, type PageNotice } from "../page-notice.ts";
import { withName } from "../shown-name.ts";
import { accountMenu } from "./console-pages.ts";
import {
  endText,
  folderText,
  keyForm,
  type KeyForms,
  makerText,
  passwordField,
  rightsText,
  type ShownKey,
  usedText,
} from "./keys-page.ts";

/** In a clone of the repository: the packages are not published yet. */
const GET_CLIENT =
  'npm ci && mkdir -p ~/.local/bin && ln -sf "$PWD/apps/cli/bin/consigne.js" ~/.local/bin/consigne && export PATH="$HOME/.local/bin:$PATH"';

/** Everything that can be done with one key. */
export function oneKeyPage(
  context: PageContext,
  shown: { key: ShownKey; forms: KeyForms; notice: PageNotice | undefined },
): Page {
  const texts = context.texts.account.settings;
  const { key, forms, notice } = shown;
  const rows = [
    [texts.rights, rightsText(context, key.scopes)],
    [texts.folder, folderText(context, key)],
    [texts.addresses, key.addresses.join(" ")],
    [texts.used, usedText(context, key)],
    [texts.ends, endText(context, key)],
    [texts.origin, key.maker === undefined ? "" : makerText(context, key.maker)],
  ].filter(([, value]) => value !== "");
  const main = html`
    <h1>${visible(key.name)}</h1>
    ${accountMenu(context, "params")}
    ${pageNotice(notice)}
    <p><a href="${context.prefix}/console/params.pl">${texts.back}</a></p>
    <table>
    <tr><th scope="row">${texts.hint}</th><td><code>${key.hint}</code></td></tr>
    ${rows.map(([label, value]) => html`<tr><th scope="row">${label}</th><td>${value}</td></tr>`)}
    </table>
    <p class="quiet">${context.texts.account.security.zone(forms.zone)}</p>
    ${!forms.needsPremium && renameForm(context, key, forms)}
    ${!forms.needsPremium && key.state === "active" && rotateForm(context, key, forms)}
    ${key.state === "revoked" ? key.created.length > 0 && createdKeysForm(context, key, forms) : revokeForm(context, key, forms)}
  `;
  return { title: visible(key.name), main };
}

function renameForm(context: PageContext, key: ShownKey, forms: KeyForms): Html {
  const texts = context.texts.account.settings;
  const fields = html`
    <div class="field">
    <label for="name">${texts.name}</label>
    <input type="text" id="name" name="name" value="${key.name}" maxlength="100" required>
    </div>
    ${passwordField(context, forms, "rename")}
    <p><input type="submit" class="plain" value="${texts.rename}"></p>
  `;
  return html`<h2 id="rename">${texts.renameTitle}</h2>\n${keyForm(context, forms, { action: "rename", keyId: key.id, fields })}`;
}

function rotateForm(context: PageContext, key: ShownKey, forms: KeyForms): Html {
  const texts = context.texts.account.settings;
  const option = ([seconds, text]: readonly [string, string]) =>
    html`<option value="${seconds}"${seconds === "86400" && html` selected`}>${text}</option>`;
  const fields = html`
    <p>${texts.rotateAdvice}</p>
    <div class="field">
    <label for="grace">${texts.grace}</label>
    <select id="grace" name="grace">
    ${Object.entries(texts.graces).map(option)}
    </select>
    </div>
    ${passwordField(context, forms, "rotate")}
    <p><input type="submit" value="${texts.rotate}"></p>
  `;
  return html`<h2 id="rotate">${texts.rotateTitle}</h2>\n${keyForm(context, forms, { action: "rotate", keyId: key.id, fields })}`;
}

function revokeForm(context: PageContext, key: ShownKey, forms: KeyForms): Html {
  const texts = context.texts.account.settings;
  const fields = html`
    <p>${texts.revokeAdvice} ${key.usedAt === undefined ? texts.neverUsed : texts.wasUsed(usedText(context, key))}</p>
    ${key.created.length > 0 && html`${createdKeysList(context, key)}\n${createdKeysChoice(context, key)}`}
    ${passwordField(context, forms, "revoke")}
    <p><input type="submit" class="danger" value="${texts.revoke}"></p>
  `;
  return html`<h2 id="revoke">${texts.revokeTitle}</h2>\n${keyForm(context, forms, { action: "revoke", keyId: key.id, fields })}`;
}

/** For a revoked key: the keys it made that are still valid. */
function createdKeysForm(context: PageContext, key: ShownKey, forms: KeyForms): Html {
  const texts = context.texts.account.settings;
  const fields = html`
    ${createdKeysList(context, key)}
    <input type="hidden" name="with_made" value="1">
    ${passwordField(context, forms, "revoke")}
    <p><input type="submit" class="danger" value="${texts.revokeCreated(key.created.length)}"></p>
  `;
  return html`<h2 id="revoke">${texts.createdKeysTitle}</h2>\n${keyForm(context, forms, { action: "revoke", keyId: key.id, fields })}`;
}

function createdKeysList(context: PageContext, { created }: ShownKey): Html {
  const entry = ({ id, name, hint }: ShownKey["created"][number]) =>
    html`<li><a href="${context.prefix}/console/params.pl?key=${id}">${visible(name)}</a> <code>${hint}...</code></li>`;
  return html`
    <p>${context.texts.account.settings.createdKeys(created.length)}</p>
    <ul>
    ${created.map(entry)}
    </ul>
  `;
}

function createdKeysChoice({ texts }: PageContext, { created }: ShownKey): Html {
  return html`<p><label class="check"><input type="checkbox" name="with_made" value="1"> ${texts.account.settings.withCreated(created.length)}</label></p>`;
}

export interface NewKey {
  name: string;
  text: string;
  scopes: KeyScopes;
  /** The purpose chosen in the form. */
  template: string | undefined;
  apiUrl: string;
  notice: PageNotice | undefined;
}

/** The only page that ever contains the text of a key. */
export function newKeyPage(context: PageContext, { name, text, scopes, template, apiUrl, notice }: NewKey): Page {
  const texts = context.texts.account.settings;
  const labels: Partial<Record<ReadyLine["tool"], string>> = {
    consigne: texts.linesClient,
    "rclone.conf": texts.linesRemote,
    rclone: texts.linesRclone,
  };
  const lines = readyLines(text, apiUrl, scopes, template);
  const needsClient = lines.some(({ tool }) => tool === "consigne");
  const main = html`
    <h1>${texts.createdTitle}</h1>
    ${accountMenu(context, "params")}
    ${pageNotice(notice)}
    <div class="box">
    <p>${withName(texts.createdFor, name)}</p>
    <pre role="group" aria-label="${texts.createdFor(visible(name))}">${text}</pre>
    <p><strong>${texts.createdOnce}</strong></p>
    </div>
    <h2>${texts.lines}</h2>
    ${lines.map(({ tool, text: line }) => readyLine(labels[tool] ?? tool, line))}
    ${needsClient && html`<p class="quiet">${texts.getClient}</p>\n<pre>${GET_CLIENT}</pre>`}
    <p><a href="${context.prefix}/console/params.pl">${texts.back}</a></p>
  `;
  return { title: texts.createdTitle, main };
}

/** A screen reader names it like the line above. */
function readyLine(label: string, line: string): Html {
  return html`<p>${label}</p>\n<pre role="group" aria-label="${label}">${ofLines(line)}</pre>`;
}

/** Escaping removes line breaks, so each line is escaped separately. */
function ofLines(text: string): Html[] {
  return text.split("\n").map((line) => html`${line}`);
}
