import { visible } from "@consigne/contract/visible-text";
import { type Html, html } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { blockNotice, type PageNotice } from "../page-notice.ts";
import { withName } from "../shown-name.ts";
import { accountMenu } from "./console-pages.ts";
import { actionForm } from "./file-list-page.ts";

const PATH = "/console/files.pl";

export interface FileEditPage {
  formToken: string;
  id: string;
  name: string;
  /** Address of its download page. */
  url: string;
  hasPassword: boolean;
  /** 0 for the root. */
  folderId: number;
  /** Where it can be moved to: nearby folders. */
  folders: readonly { id: number; name: string }[];
  notice: PageNotice | undefined;
}

/** What its owner can change about a file, simple enough to work in every browser. */
export function fileEditPage(context: PageContext, shown: FileEditPage): Page {
  const texts = context.texts.files;
  const { notice, folderId } = shown;
  const folder = folderId === 0 ? "" : `?dir_id=${folderId}`;
  const main = html`
    <h1>${visible(shown.name)}</h1>
    ${accountMenu(context)}
    ${blockNotice(notice)}
    <p><a href="${context.prefix}${PATH}${folder}">${texts.edit.back}</a></p>
    <div class="field">
    <label for="link">${context.texts.file.ownLink}</label>
    <input type="text" id="link" value="${shown.url}" readonly>
    <p class="quiet"><a href="${shown.url}&page=1">${texts.edit.page}</a></p>
    </div>
    ${renameForm(context, shown)}
    ${shown.folders.length > 0 && moveForm(context, shown)}
    ${passwordForms(context, shown)}
    <h2>${texts.remove}</h2>
    <p><a href="${context.prefix}${PATH}?dir_id=${folderId}&remove=${shown.id}">${withName(texts.removeNamed, shown.name)}</a></p>
  `;
  return { title: visible(shown.name), main };
}

function renameForm(context: PageContext, shown: FileEditPage): Html {
  const { nameTitle, name, rename } = context.texts.files.edit;
  const fields = html`
    <div class="field">
    <label for="name">${name}</label>
    <input type="text" id="name" name="name" value="${shown.name}" maxlength="1024" autocomplete="off" required>
    </div>
    <p><input type="submit" value="${rename}"></p>
  `;
  return html`<h2>${nameTitle}</h2>\n${editForm(context, shown, "rename", fields)}`;
}

function moveForm(context: PageContext, shown: FileEditPage): Html {
  const { folderTitle, moveTo, move } = context.texts.files.edit;
  const fields = html`
    <div class="field">
    <label for="to">${moveTo}</label>
    <select id="to" name="to">
    ${shown.folders.map(({ id, name }) => html`<option value="${id}">${visible(name)}</option>`)}
    </select>
    </div>
    <p><input type="submit" value="${move}"></p>
  `;
  return html`<h2>${folderTitle}</h2>\n${editForm(context, shown, "move", fields)}`;
}

function passwordForms(context: PageContext, shown: FileEditPage): Html {
  const texts = context.texts.files.edit;
  const fields = html`
    <p>${shown.hasPassword ? texts.hasPassword : texts.noPassword}</p>
    <div class="field">
    <label for="pass">${texts.password}</label>
    <input type="text" id="pass" name="pass" autocomplete="off" autocapitalize="none" spellcheck="false" required aria-describedby="pass-advice">
    <p class="quiet" id="pass-advice">${texts.passwordAdvice}</p>
    </div>
    <p><input type="submit" value="${shown.hasPassword ? texts.changePassword : texts.setPassword}"></p>
  `;
  const removal = html`<p><input type="submit" class="plain" value="${texts.removePassword}"></p>`;
  return html`
    <h2>${texts.passwordTitle}</h2>
    ${editForm(context, shown, "password", fields)}
    ${shown.hasPassword && editForm(context, shown, "no-password", removal)}
  `;
}

function editForm(
  context: PageContext,
  { formToken, id }: Pick<FileEditPage, "formToken" | "id">,
  action: string,
  fields: Html,
): Html {
  return actionForm(context, { formToken, action, about: ["id", id] }, fields);
}
