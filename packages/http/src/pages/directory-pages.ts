import { visible } from "@consigne/contract/visible-text";
import { sentencePage } from "./file-pages.ts";
import { languageField, linkPasswordField } from "./forms.ts";
import { type Html, html, lineCell } from "./html.ts";
import { folderIcon, lockIcon } from "./icons.ts";
import { type Page, pageEnd, pageHead } from "./layout.ts";
import { nameWarning, nameWarningRow } from "./name-warning.ts";
import type { PageContext } from "./page-context.ts";
import { shellWord } from "./shell-word.ts";
import { sizeForClients } from "./sizes.ts";

export interface DirectoryEntry {
  url: string;
  name: string;
  sizeBytes: number;
}

export interface DirectoryPage {
  name: string;
  /** Everything as one archive. */
  archiveUrl: string | undefined;
  /** Its files as lines, for programs; undefined if programs would be asked for a password. */
  linesUrl: string | undefined;
  fileCount: number;
  /** The folders from the shared one down to it. */
  above: readonly FolderLine[];
  folders: readonly FolderLine[];
  areFoldersWhole: boolean;
  /** The password given for this page, if the other folders require it too; undefined if the browser keeps a cookie for it. */
  password: string | undefined;
}

interface FolderLine {
  name: string;
  /** Absolute. */
  url: string;
}

/**
 * The field that passes a password from page to page. JDownloader would take a field named `pass` for a password
 * prompt.
 */
export const SAME_PASSWORD = "same";

type Pages = AsyncIterable<readonly DirectoryEntry[]>;

/**
 * A shared folder. JDownloader reads `>Shared folder NAME</`, then links and sizes row by row; plowshare takes every
 * anchor on a line that contains `Download`, hence one row per line; a Go provider looks for `div.bh3` and
 * `td.file-obj`.
 */
export async function* directoryPageChunks(
  context: PageContext,
  page: DirectoryPage,
  pages: Pages,
): AsyncGenerator<string> {
  const frame = { title: visible(page.name), width: "wide" } as const;
  yield lines([pageHead(context, frame), headOf(context, page)]);
  for await (const files of pages)
    yield lines(files.flatMap((file) => [directoryRow(context, file), nameWarningRow(context, file.name) ?? ""]));
  yield lines([html`</table>`, html`${footOf(context, page)}`, pageEnd(context, frame)]);
}

function headOf(context: PageContext, page: DirectoryPage): Html {
  const { texts } = context;
  const { heading, files, moreFolders, name, size } = texts.folder;
  return html`
    ${page.above.length > 0 && html`<ul class="folders way">${page.above.map((folder) => folderLine(context, folder, page.password))}</ul>`}
    <h1>${heading(page.name)}</h1>
    ${nameWarning(context, page.name)}
    <div class="bh3" hidden><span>${page.name}</span></div>
    <p class="quiet">${files(page.fileCount)}</p>
    ${page.archiveUrl !== undefined && page.fileCount + page.folders.length > 0 && archiveLink(texts, page.archiveUrl)}
    ${page.folders.length > 0 && html`<ul class="folders">${page.folders.map((folder) => folderLine(context, folder, page.password))}</ul>`}
    ${!page.areFoldersWhole && html`<p class="quiet">${moreFolders(page.folders.length)}</p>`}
    <table class="list">
    ${page.fileCount > 0 && html`<tr><th>${name}</th><th>${size}</th></tr>`}
  `;
}

/** On two lines, like the folders below. */
const archiveLink = ({ share }: PageContext["texts"], url: string): Html => html`
  <p class="act"><a class="button" href="${url}" rel="nofollow">
  ${share.zip}</a> <span class="quiet">${share.zipHint}</span></p>
`;

/** On two lines, so that plowshare does not take a folder for a file. */
function folderLine(context: PageContext, { name, url }: FolderLine, password: string | undefined): Html {
  const go =
    password === undefined
      ? html`<a href="${url}">
  ${visible(name)}</a>`
      : html`<form method="post" action="${url}">${languageField(context)}<input type="hidden" name="${SAME_PASSWORD}" value="${password}"><button class="go">
  ${visible(name)}</button></form>`;
  return html`
    <li>${folderIcon}${go}</li>
  `;
}

function directoryRow({ texts, language }: PageContext, file: DirectoryEntry): Html {
  const size = sizeForClients(file.sizeBytes, language);
  return html`<tr title="${texts.folder.download}"><td class="file-obj"><a href="${file.url}">${file.name}</a></td><td>${size}</td></tr>`;
}

function footOf({ texts }: PageContext, page: DirectoryPage): Html | undefined {
  if (page.fileCount === 0 || page.linesUrl === undefined) return undefined;
  const list = shellWord(page.linesUrl);
  const command = `curl -fs ${list} | cut -d';' -f1 | while read -r url; do curl -fOJL "$url&dl=1"; done`;
  return html`
    <h2>${texts.folder.all}</h2>
    <pre>${command}</pre>
  `;
}

/** One line per file: link; name; bytes. */
export async function* directoryLineChunks(pages: Pages): AsyncGenerator<string> {
  for await (const files of pages)
    yield lines(files.map(({ url, name, sizeBytes }) => [url, lineCell(name), sizeBytes].join(";")));
}

/** One line per folder: address; name. */
export async function* directoryFolderLineChunks(folders: readonly FolderLine[]): AsyncGenerator<string> {
  yield lines(folders.map(({ url, name }) => [url, lineCell(name)].join(";")));
}

const lines = (texts: readonly (string | Html)[]): string =>
  texts
    .map(String)
    .filter((text) => text !== "")
    .map((text) => `${text}\n`)
    .join("");

export interface DirectoryPasswordPage {
  /** Absolute: a client posts to it from elsewhere. */
  directoryUrl: string;
  isPasswordWrong: boolean;
}

/** Asks for the password of a shared folder without revealing anything about it, not even its name. */
export function directoryPasswordPage(context: PageContext, asked: DirectoryPasswordPage): Page {
  const { protectedTitle, protectedText, open } = context.texts.folder;
  const main = html`
    <div class="box">
    <h1>${lockIcon}<span>${protectedTitle}</span></h1>
    <p>${protectedText}</p>
    <form method="post" action="${asked.directoryUrl}">
    ${languageField(context)}
    ${linkPasswordField(context, asked.isPasswordWrong)}
    <p class="act"><input type="submit" class="big" name="submit" value="${open}"></p>
    </form>
    </div>
  `;
  return { title: protectedTitle, main, width: "small" };
}

/** For an unknown folder, with status 404. */
export function noFolderPage({ texts }: PageContext): Page {
  return sentencePage(texts.noFolder);
}
