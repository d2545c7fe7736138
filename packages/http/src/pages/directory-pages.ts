import { sentencePage } from "./file-pages.ts";
import { languageField, linkPasswordField } from "./forms.ts";
import { type Html, html, lineCell } from "./html.ts";
import { folderIcon, lockIcon } from "./icons.ts";
import { type Page, pageEnd, pageHead } from "./layout.ts";
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
  /** Absolute. */
  directoryUrl: string;
  /** All of it as one archive. */
  archiveUrl: string | undefined;
  isProtected: boolean;
  fileCount: number;
  folders: readonly { name: string; url: string }[];
}

type Pages = AsyncIterable<readonly DirectoryEntry[]>;

/**
 * A shared folder. JDownloader reads `>Shared folder NAME</`, then links and sizes row by row; plowshare takes every
 * anchor on a line that holds `Download`, hence one row a line; a Go provider looks for `div.bh3` and `td.file-obj`.
 */
export async function* directoryPageChunks(
  context: PageContext,
  page: DirectoryPage,
  pages: Pages,
): AsyncGenerator<string> {
  const frame = { title: page.name, width: "wide" } as const;
  yield lines([pageHead(context, frame), headOf(context, page)]);
  for await (const files of pages) yield lines(files.map((file) => directoryRow(context, file)));
  yield lines([html`</table>`, html`${footOf(context, page)}`, pageEnd(context, frame)]);
}

function headOf({ texts }: PageContext, page: DirectoryPage): Html {
  const { heading, files, name, size } = texts.folder;
  return html`
    <h1>${heading(page.name)}</h1>
    <div class="bh3" hidden><span>${page.name}</span></div>
    <p class="quiet">${files(page.fileCount)}</p>
    ${page.archiveUrl !== undefined && page.fileCount + page.folders.length > 0 && archiveLink(texts, page.archiveUrl)}
    ${page.folders.length > 0 && html`<ul class="folders">${page.folders.map(folderLine)}</ul>`}
    <table class="list">
    ${page.fileCount > 0 && html`<tr><th>${name}</th><th>${size}</th></tr>`}
  `;
}

/** On two lines, as folders below. */
const archiveLink = ({ share }: PageContext["texts"], url: string): Html => html`
  <p class="act"><a class="button" href="${url}" rel="nofollow">
  ${share.zip}</a> <span class="quiet">${share.zipHint}</span></p>
`;

/** On two lines, so that plowshare takes no folder for a file. */
const folderLine = ({ name, url }: { name: string; url: string }): Html => html`
  <li>${folderIcon}<a href="${url}">
  ${name}</a></li>
`;

function directoryRow({ texts, language }: PageContext, file: DirectoryEntry): Html {
  const size = sizeForClients(file.sizeBytes, language);
  return html`<tr title="${texts.folder.download}"><td class="file-obj"><a href="${file.url}">${file.name}</a></td><td>${size}</td></tr>`;
}

function footOf({ texts }: PageContext, page: DirectoryPage): Html | undefined {
  if (page.fileCount === 0 || page.isProtected) return undefined;
  const list = shellWord(`${page.directoryUrl}?e=1`);
  const command = `curl -fs ${list} | cut -d';' -f1 | while read -r url; do curl -fOJL "$url&dl=1"; done`;
  return html`
    <h2>${texts.folder.all}</h2>
    <pre>${command}</pre>
  `;
}

/** One line a file: link; name; bytes. */
export async function* directoryLineChunks(pages: Pages): AsyncGenerator<string> {
  for await (const files of pages)
    yield lines(files.map(({ url, name, sizeBytes }) => [url, lineCell(name), sizeBytes].join(";")));
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

/** Asks for the password of a shared folder and tells nothing about it, not even its name. */
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
