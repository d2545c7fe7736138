import { visible } from "@consigne/contract/visible-text";
import { languageField } from "../forms.ts";
import { type Html, html } from "../html.ts";
import { folderIcon } from "../icons.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { blockNotice, type PageNotice } from "../page-notice.ts";
import { formatSize } from "../sizes.ts";
import { listForPrograms } from "./console-lists.ts";
import { accountMenu } from "./console-pages.ts";

const PATH = "/console/files.pl";

export interface ListedLine {
  id: string;
  name: string;
  url: string;
  sizeBytes: number;
  /** In the format for programs. */
  date: string;
  /** In the format for people. */
  uploaded: string;
  isDamaged: boolean;
  isBlocked: boolean;
}

export interface FileListPage {
  formToken: string;
  /** If the console is built and the account may use it. */
  consoleUrl?: string | undefined;
  /** The account's plan is why there is no console. */
  isWithoutApi?: boolean;
  /** 0 for the root. */
  folderId: number;
  /** Undefined for the root. */
  folderName: string | undefined;
  /** Undefined if there is none above. */
  parentId: number | undefined;
  folders: readonly { id: number; name: string; date: string }[];
  /** Where this folder can be moved to; empty for the root. */
  targets: readonly { id: number; name: string }[];
  /** Newest first. */
  files: readonly ListedLine[];
  /** All files in the folder, shown or not. */
  fileCount: number;
  uploadUrl: string;
  maxFileBytes: number;
  notice: PageNotice | undefined;
}

/** A folder of the signed-in person, simple enough to work in every browser. */
export function fileListPage(context: PageContext, shown: FileListPage): Page {
  const texts = context.texts.files;
  const { notice } = shown;
  const title = shown.folderName === undefined ? texts.title : visible(shown.folderName);
  const main = html`
    <h1>${title}</h1>
    ${accountMenu(context, "files")}
    ${blockNotice(notice)}
    ${shown.consoleUrl !== undefined && html`<p><a href="${shown.consoleUrl}">${texts.console}</a></p>`}
    ${shown.isWithoutApi === true && html`<p class="quiet">${texts.withoutApi}</p>`}
    ${shown.folderId !== 0 && html`<p><a href="${folderPath(context, shown.parentId ?? 0)}">${texts.up}</a></p>`}
    <h2>${texts.folders}</h2>
    ${folderList(context, shown)}
    <h2>${texts.files(shown.fileCount)}</h2>
    ${fileList(context, shown)}
    <p><a href="${context.prefix}${PATH}?trash=1">${texts.trash.title}</a></p>
    <h2>${texts.upload}</h2>
    ${uploadForm(context, shown)}
    <h2>${texts.newFolder}</h2>
    ${newFolderForm(context, shown)}
    ${shown.folderName !== undefined && changeForms(context, shown, shown.folderName)}
    ${listForPrograms(context, shown)}
  `;
  return { title, main, width: "wide" };
}

const folderPath = ({ prefix }: PageContext, id: number): string =>
  id === 0 ? `${prefix}${PATH}` : `${prefix}${PATH}?dir_id=${id}`;

function folderList(context: PageContext, { folders, folderId }: FileListPage): Html {
  const { noFolders, remove, removeNamed } = context.texts.files;
  if (folders.length === 0) return html`<p class="quiet">${noFolders}</p>`;
  return html`
    <ul class="entries">
    ${folders.map(
      ({ id, name }) => html`
        <li><a class="item" href="${folderPath(context, id)}">${folderIcon}${visible(name)}</a>
        <a href="${context.prefix}${PATH}?dir_id=${folderId}&rmdir=${id}" aria-label="${removeNamed(visible(name))}">${remove}</a></li>
      `,
    )}
    </ul>
  `;
}

/**
 * A list rather than a table: on a phone a row has only a few lines. A name leads to the file's page, because the link
 * itself would take customers straight to the bytes; a field can be copied without a script.
 */
function fileList({ texts, language, prefix }: PageContext, { files, fileCount, folderId }: FileListPage): Html {
  if (files.length === 0) return html`<p class="quiet">${texts.files.noFiles}</p>`;
  const { about, linkNamed, edit, remove, removeNamed, damaged, blocked, newest } = texts.files;
  const mark = (text: string) => html` <span class="mark">${text}</span>`;
  return html`
    <ul class="entries">
    ${files.map((file) => {
      const name = visible(file.name);
      return html`
        <li><div><a href="${file.url}&page=1">${name}</a>${file.isDamaged && mark(damaged)}${file.isBlocked && mark(blocked)}
        <div class="quiet">${about(formatSize(file.sizeBytes, language), file.uploaded)}</div>
        <input type="text" value="${file.url}" readonly aria-label="${linkNamed(name)}"></div>
        <span class="acts"><a href="${prefix}${PATH}?edit=${file.id}" aria-label="${edit.changeNamed(name)}">${edit.change}</a>
        <a href="${prefix}${PATH}?dir_id=${folderId}&remove=${file.id}" aria-label="${removeNamed(name)}">${remove}</a></span></li>
      `;
    })}
    </ul>
    ${fileCount > files.length && html`<p class="quiet">${newest(files.length)}</p>`}
  `;
}

/** The token comes first: with the session it identifies the uploader, before the bytes arrive. */
function uploadForm(context: PageContext, { formToken, folderId, uploadUrl, maxFileBytes }: FileListPage): Html {
  const { choose, send, most } = context.texts.files;
  return html`
    <form class="box" method="post" enctype="multipart/form-data" action="${uploadUrl}">
    <input type="hidden" name="token" value="${formToken}">
    ${languageField(context)}
    <input type="hidden" name="did" value="${folderId}">
    <input type="hidden" name="only_did" value="1">
    <div class="field">
    <label for="file">${choose}</label>
    <input type="file" id="file" name="file[]" multiple required aria-describedby="file-advice">
    <p class="quiet" id="file-advice">${most(formatSize(maxFileBytes, context.language))}</p>
    </div>
    <p><input type="submit" value="${send}"></p>
    </form>
  `;
}

function newFolderForm(context: PageContext, shown: FileListPage): Html {
  const { folderName, create } = context.texts.files;
  return folderForm(
    context,
    shown,
    "mkdir",
    html`
    <div class="field">
    <label for="name">${folderName}</label>
    <input type="text" id="name" name="name" maxlength="250" autocomplete="off" required>
    </div>
    <p><input type="submit" value="${create}"></p>
  `,
  );
}

function changeForms(context: PageContext, shown: FileListPage, folderName: string): Html {
  const { changeFolder, folderName: label, edit } = context.texts.files;
  const nameFields = html`
    <div class="field">
    <label for="new-name">${label}</label>
    <input type="text" id="new-name" name="name" value="${folderName}" maxlength="1024" autocomplete="off" required>
    </div>
    <p><input type="submit" value="${edit.rename}"></p>
  `;
  const moveFields = html`
    <div class="field">
    <label for="to">${edit.moveTo}</label>
    <select id="to" name="to">
    ${shown.targets.map(({ id, name }) => html`<option value="${id}">${visible(name)}</option>`)}
    </select>
    </div>
    <p><input type="submit" value="${edit.move}"></p>
  `;
  return html`
    <h2>${changeFolder}</h2>
    ${folderForm(context, shown, "rename-folder", nameFields)}
    ${shown.targets.length > 0 && folderForm(context, shown, "move-folder", moveFields)}
  `;
}

function folderForm(
  context: PageContext,
  { formToken, folderId }: Pick<FileListPage, "formToken" | "folderId">,
  action: string,
  fields: Html,
): Html {
  return actionForm(context, { formToken, action, about: ["dir_id", folderId] }, fields);
}

/** A form of this page; `about` names the folder or file that it changes. */
export function actionForm(
  context: PageContext,
  {
    formToken,
    action,
    about,
  }: { formToken: string; action: string; about: readonly [field: string, id: string | number] },
  fields: Html,
): Html {
  const [field, id] = about;
  return html`
    <form class="box" method="post" action="${PATH}">
    ${languageField(context)}
    <input type="hidden" name="token" value="${formToken}">
    <input type="hidden" name="do" value="${action}">
    <input type="hidden" name="${field}" value="${id}">
    ${fields}
    </form>
  `;
}

export interface RemovalQuestion {
  formToken: string;
  folderId: number;
  kind: "file" | "folder";
  id: string;
  name: string;
  /** How long it can be restored; 0: not at all. */
  trashDays: number;
}

/** Asks before anything is removed. */
export function removalAskPage(context: PageContext, asked: RemovalQuestion): Page {
  const texts = context.texts.files;
  const fields = html`
    <input type="hidden" name="id" value="${asked.id}">
    <p><strong>${visible(asked.name)}</strong></p>
    <p>${asked.kind === "file" ? texts.askFile : texts.askFolder} ${texts.askUndo(asked.trashDays)}</p>
    <p><input type="submit" class="danger" value="${texts.remove}"> <a href="${folderPath(context, asked.folderId)}">${texts.keep}</a></p>
  `;
  const main = html`
    <h1>${texts.askTitle}</h1>
    ${folderForm(context, asked, asked.kind === "file" ? "remove" : "rmdir", fields)}
  `;
  return { title: texts.askTitle, main, width: "small" };
}
