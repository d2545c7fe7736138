import { languageField, linkPasswordField } from "./forms.ts";
import { type Html, html } from "./html.ts";
import type { Page } from "./layout.ts";
import type { PageContext } from "./page-context.ts";
import { formatSize } from "./sizes.ts";
import { styleAttributes } from "./style-sheet.ts";

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
export function freePage(context: PageContext, free: FreePage): Page {
  const { texts, language } = context;
  const name = free.name ?? texts.file.protectedTitle;
  const size = free.sizeBytes === undefined ? "" : formatSize(free.sizeBytes, language);
  const main = html`
    <h1>${name}</h1>
    <div class="box">
    <form method="post" action="${free.fileUrl}">
    <input type="hidden" name="adz" value="0.a1">
    ${languageField(context)}
    ${factTable(context, name, free.date, size)}
    <table class="premium"><tr>
    <td class="normal"><span style="${styleAttributes.fileName}">${name}</span> <span class="tier-feat">${size}</span></td>
    </tr></table>
    ${free.isProtected && linkPasswordField(context, free.isPasswordWrong)}
    <input type="checkbox" name="dl_no_ssl" hidden>
    <label class="check"><input type="checkbox" name="dlinline"> ${texts.file.inline}</label>
    <p><input type="submit" name="submit" value="Access to download"></p>
    <p><a href="${free.loginUrl}">${texts.file.signIn}</a></p>
    </form>
    </div>
  `;
  return { title: name, main };
}

function factTable({ texts }: PageContext, name: string, date: string, size: string): Html {
  return html`
    <table class="info">
    <tr><th scope="row">${texts.file.name}</th><td class="normal">${name}</td></tr>
    <tr><th scope="row">${texts.file.uploaded}</th><td class="normal">${date}</td></tr>
    <tr><th scope="row">${texts.file.size}</th><td class="normal">${size}</td></tr>
    </table>
  `;
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
export function linkPage({ texts, language }: PageContext, link: LinkPage): Page {
  const main = html`
    <div>
    <h1>${link.name}</h1>
    <p>${formatSize(link.sizeBytes, language)}</p>
    </div>
    <div style="${styleAttributes.linkBlock}">
    <a href="${link.directUrl}"  style="${styleAttributes.linkAnchor}" class="ok btn-general btn-orange">${texts.link.here}</a>
    <a href="${link.directUrl}">${texts.link.start}</a>
    </div>
  `;
  return { title: link.name, main };
}

/** For an unknown or removed file, with status 404: pyLoad reads its body, the others know one phrase each. */
export function offlinePage({ texts }: PageContext): Page {
  const { title, first, second, third, advice } = texts.offline;
  const main = html`
    <h1>${title}</h1>
    <div class="notice bad">
    <div class="bloc2">${first}<br/>
    ${second}</div>
    <p>${third}</p>
    </div>
    <p>${advice}</p>
  `;
  return { title, main };
}

/** For a file whose stored bytes are damaged, with status 503: programs ask again later, and by then it may be mended. */
export const damagedPage = ({ texts }: PageContext): Page => sentencePage(texts.damaged);

/** For a file whose owner admits only some, with status 403. JDownloader knows the sentence. */
export const restrictedPage = ({ texts }: PageContext): Page => sentencePage(texts.restricted);

/**
 * For a direct link that gives no bytes. None of the phrases that programs know: the file itself may be there.
 * @param reason without a full stop
 */
export function noDownloadPage({ texts }: PageContext, reason: string, status: number): Page {
  const { title, later, again } = texts.noDownload;
  return sentencePage({ title, text: reason, advice: status === 503 ? later : again });
}

/** One sentence in the block that clients read, and what to do about it. */
export function sentencePage({ title, text, advice }: { title: string; text: string; advice: string }): Page {
  const main = html`
    <h1>${title}</h1>
    <div class="notice bad">
    <div class="bloc2">${text}</div>
    </div>
    <p>${advice}</p>
  `;
  return { title, main };
}
