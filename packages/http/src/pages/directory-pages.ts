import { passwordLines } from "./file-pages.ts";
import { escapeHtml, formatSize, lineCell, page } from "./html.ts";

export interface DirectoryPage {
  name: string;
  files: { url: string; name: string; sizeBytes: number }[];
}

/**
 * A shared folder. JDownloader reads `>Shared folder NAME</`, then links and sizes row by row; plowshare takes every
 * anchor on a line that holds `Download`, hence one row a line.
 */
export function renderDirectoryPage({ name, files }: DirectoryPage): string {
  return page(name, [
    `<h1>Shared folder ${escapeHtml(name)}</h1>`,
    '<table class="premium">',
    ...files.map(
      (file) =>
        `<tr><td class="normal"><a href="${escapeHtml(file.url)}" title="Download">${escapeHtml(file.name)}</a></td>` +
        `<td class="normal">${formatSize(file.sizeBytes)}</td></tr>`,
    ),
    "</table>",
    ...(files.length === 0 ? ["<p>This folder is empty.</p>"] : []),
  ]);
}

/** One line a file: link; name; bytes. */
export function renderDirectoryLines(files: DirectoryPage["files"]): string {
  return files.map(({ url, name, sizeBytes }) => `${[url, lineCell(name), sizeBytes].join(";")}\n`).join("");
}

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
