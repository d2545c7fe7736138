import { passwordLines } from "./file-pages.ts";
import { escapeHtml, formatSize, lineCell, page, pageEnd, pageHead } from "./html.ts";

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
export async function* directoryPageChunks(name: string, pages: Pages): AsyncGenerator<string> {
  const title = `<h1>Shared folder ${escapeHtml(name)}</h1>`;
  yield lines([...pageHead(escapeHtml(name)), title, '<table class="premium">']);
  let isEmpty = true;
  for await (const files of pages) {
    if (files.length > 0) isEmpty = false;
    yield lines(files.map(directoryRow));
  }
  yield lines(["</table>", ...(isEmpty ? ["<p>This folder is empty.</p>"] : []), ...pageEnd]);
}

function directoryRow(file: DirectoryEntry): string {
  return (
    `<tr><td class="normal"><a href="${escapeHtml(file.url)}" title="Download">${escapeHtml(file.name)}</a></td>` +
    `<td class="normal">${formatSize(file.sizeBytes)}</td></tr>`
  );
}

/** One line a file: link; name; bytes. */
export async function* directoryLineChunks(pages: Pages): AsyncGenerator<string> {
  for await (const files of pages)
    yield lines(files.map(({ url, name, sizeBytes }) => [url, lineCell(name), sizeBytes].join(";")));
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

export interface DirectoryPasswordPage {
  /** Absolute: a client posts to it from elsewhere. */
  directoryUrl: string;
  isPasswordWrong: boolean;
}

/** Asks for the password of a shared folder and tells nothing about it, not even its name. */
export function renderDirectoryPasswordPage({ directoryUrl, isPasswordWrong }: DirectoryPasswordPage): string {
  return page("Protected folder", [
    "<h1>Protected folder</h1>",
    `<form method="post" action="${escapeHtml(directoryUrl)}">`,
    ...passwordLines(isPasswordWrong),
    '<p><input type="submit" name="submit" value="Open"></p>',
    "</form>",
  ]);
}
