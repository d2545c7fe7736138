import { languageField, linkPasswordField } from "./forms.ts";
import { type Html, html, lineCell } from "./html.ts";
import { type Page, pageEnd, pageHead } from "./layout.ts";
import type { PageContext } from "./page-context.ts";
import { formatSize } from "./sizes.ts";

export interface DirectoryEntry {
  url: string;
  name: string;
  sizeBytes: number;
}

type Pages = AsyncIterable<readonly DirectoryEntry[]>;

/**
 * A shared folder. JDownloader reads `>Shared folder NAME</`, then links and sizes row by row; plowshare takes every
 * anchor on a line that holds `Download`, hence one row a line.
 */
export async function* directoryPageChunks(context: PageContext, name: string, pages: Pages): AsyncGenerator<string> {
  const { texts } = context;
  const frame = { title: name, width: "wide" } as const;
  const heading = html`<h1>${texts.folder.heading(name)}</h1>`;
  yield lines([pageHead(context, frame), heading, html`<table class="premium">`]);
  let isEmpty = true;
  for await (const files of pages) {
    if (files.length > 0) isEmpty = false;
    yield lines(files.map((file) => directoryRow(context, file)));
  }
  yield lines([html`</table>`, ...(isEmpty ? [html`<p>${texts.folder.empty}</p>`] : []), pageEnd(context, frame)]);
}

function directoryRow({ language }: PageContext, file: DirectoryEntry): Html {
  return html`<tr><td class="normal"><a href="${file.url}" title="Download">${file.name}</a></td><td class="normal">${formatSize(file.sizeBytes, language)}</td></tr>`;
}

/** One line a file: link; name; bytes. */
export async function* directoryLineChunks(pages: Pages): AsyncGenerator<string> {
  for await (const files of pages)
    yield lines(files.map(({ url, name, sizeBytes }) => [url, lineCell(name), sizeBytes].join(";")));
}

const lines = (texts: readonly (string | Html)[]): string => texts.map((text) => `${String(text)}\n`).join("");

export interface DirectoryPasswordPage {
  /** Absolute: a client posts to it from elsewhere. */
  directoryUrl: string;
  isPasswordWrong: boolean;
}

/** Asks for the password of a shared folder and tells nothing about it, not even its name. */
export function directoryPasswordPage(context: PageContext, asked: DirectoryPasswordPage): Page {
  const { protectedTitle, open } = context.texts.folder;
  const main = html`
    <h1>${protectedTitle}</h1>
    <div class="box">
    <form method="post" action="${asked.directoryUrl}">
    ${languageField(context)}
    ${linkPasswordField(context, asked.isPasswordWrong)}
    <p><input type="submit" name="submit" value="${open}"></p>
    </form>
    </div>
  `;
  return { title: protectedTitle, main, width: "small" };
}
