import { escapeHtml, formatSize, page } from "./html.ts";

export interface FreePage {
  /** Absolute and without any suffix: pyLoad looks for `action="https://1fichier.com/?ID`. */
  fileUrl: string;
  /** Undefined, like the size, while a password keeps it. */
  name: string | undefined;
  sizeBytes: number | undefined;
  /** Civil time as it is shown. */
  date: string;
  /** Only then may anything on the page be named `pass`. */
  isProtected: boolean;
  isPasswordWrong: boolean;
  loginUrl: string;
}

/**
 * What a visitor without a premium right sees at `/?ID`. Three generations of scrapers read name and size: by the order
 * of `td.normal` (1fichier-dl), by the two spans in `table.premium` (a fork of it, pyLoad), by `tier-feat`.
 */
export function renderFreePage(free: FreePage): string {
  const title = free.name ?? "Protected file";
  const name = escapeHtml(title);
  const size = free.sizeBytes === undefined ? "" : formatSize(free.sizeBytes);
  return page(title, [
    `<div><a href="${escapeHtml(free.loginUrl)}">Login</a></div>`,
    `<form method="post" action="${escapeHtml(free.fileUrl)}">`,
    // 1fichier-dl and Synology's module want these two attributes side by side.
    '<input type="hidden" name="adz" value="0.a1">',
    `<table class="info"><tr><td class="normal">${name}</td></tr>`,
    `<tr><td class="normal">${escapeHtml(free.date)}</td></tr>`,
    `<tr><td class="normal">${size}</td></tr></table>`,
    '<table class="premium"><tr>',
    `<td class="normal"><span style="font-weight:bold">${name}</span> <span class="tier-feat">${size}</span></td>`,
    "</tr></table>",
    ...(free.isProtected ? passwordLines(free.isPasswordWrong) : []),
    '<label><input type="checkbox" name="dl_no_ssl"> Without encryption</label>',
    '<label><input type="checkbox" name="dlinline"> Show in the browser</label>',
    '<p><input type="submit" name="submit" value="Access to download"></p>',
    "</form>",
  ]);
}

/** A password input that 1fichier-dl finds by its id, JDownloader, pyLoad and plowshare by its name. */
export function passwordLines(isWrong: boolean): string[] {
  const question = '<p><label for="pass">Password</label> <input type="password" id="pass" name="pass"></p>';
  return isWrong ? ["<p>Bad password</p>", question] : [question];
}

export interface LinkPage {
  directUrl: string;
  name: string;
  sizeBytes: number;
}

/**
 * The answer to a free page's form. The anchor is found by its class and two blanks before `style` (plowshare), by its
 * text (JDownloader, pyLoad), and as the first one in /html/body/div[4]/div[2] (1fichier-dl).
 */
export function renderLinkPage(link: LinkPage): string {
  const url = escapeHtml(link.directUrl);
  return page(link.name, [
    `<div><strong>${escapeHtml(link.name)}</strong></div>`,
    `<div>${formatSize(link.sizeBytes)}</div>`,
    "<div></div>",
    "<div>",
    "<div></div>",
    '<div style="vertical-align:middle">',
    `<a href="${url}"  style="float:none" class="ok btn-general btn-orange">Click here to download the file</a>`,
    `<a href="${url}">Start your download</a>`,
    "</div>",
    "</div>",
  ]);
}

/** For an unknown or removed file, with status 404: pyLoad reads its body, the others know one phrase each. */
export function renderOfflinePage(): string {
  return page("File not found", [
    '<div class="bloc2">File not found !<br/>',
    "The requested file could not be found</div>",
    "<p>The requested file has been deleted</p>",
  ]);
}

/** For a file whose stored bytes are damaged, with status 503: programs ask again later, and by then it may be mended. */
export function renderDamagedPage(): string {
  return page("Damaged file", [
    '<div class="bloc2">The stored bytes of this file are damaged, so it cannot be downloaded</div>',
    "<p>Its owner can mend it, link and all, by uploading the same file again.</p>",
  ]);
}

/** For a file whose owner admits only some, with status 403. JDownloader knows the sentence. */
export function renderRestrictedPage(): string {
  return page("Restricted file", ['<div class="bloc2">Access to this file is protected</div>']);
}

/**
 * For a direct link that gives no bytes. None of the phrases that programs know: the file itself may be there.
 * @param reason without a full stop
 */
export function renderNoDownloadPage(reason: string, status: number): string {
  const advice = status === 503 ? "Try again in a moment." : "Open the page of the file again for a link of your own.";
  return page("No download", [`<div class="bloc2">${escapeHtml(reason)}</div>`, `<p>${advice}</p>`]);
}
