import { visible } from "@consigne/contract/visible-text";
import { languageField, linkPasswordField } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { fileIcon, lockIcon } from "./icons.ts";
import type { Page } from "./layout.ts";
import { nameWarning } from "./name-warning.ts";
import type { PageContext } from "./page-context.ts";
import { shellWord } from "./shell-word.ts";
import { formatSize, sizeForClients } from "./sizes.ts";
import { styleAttributes } from "./style-sheet.ts";

/** What a visitor may know about a file. */
export interface ShownFile {
  name: string;
  sizeBytes: number;
  contentType: string;
  whirlpool: string | undefined;
  /** Local time with its zone, as shown. */
  date: string;
}

export interface FreePage {
  id: string;
  /** Absolute, without any suffix, and on 1fichier.com whatever domain was requested, as pyLoad looks for it. */
  fileUrl: string;
  /** The path of `qr.pl` on the current host. */
  qrPath: string;
  /** Undefined while a password is required; only then may anything on the page be named `pass`. */
  file: ShownFile | undefined;
  isPasswordWrong: boolean;
  /** It belongs to the visitor, who may want to share the link. */
  isOwn: boolean;
  /** Shows the file in the browser; undefined if the browser would not, or must not. */
  previewUrl: string | undefined;
  /** Returns to this page afterwards. */
  signInUrl: string;
  /** For signed-in people who may copy the file: undefined for others, and for its owner. */
  save: SaveChoice | undefined;
}

/** Where to save the copy, in the visitor's account. */
export interface SaveChoice {
  formToken: string;
  /** Directly in the root. */
  folders: readonly { id: number; name: string }[];
}

/**
 * What a visitor sees at `/?ID` unless sent straight to the bytes. Its form is the first one, and its action absolute.
 * The submit button that scrapers press is hidden: people get one with a better label.
 */
export function freePage(context: PageContext, free: FreePage): Page {
  const { texts } = context;
  const { file } = free;
  const title = file?.name ?? texts.file.protectedTitle;
  const main = html`
    <div class="${file === undefined ? "box file locked" : "box file"}">
    <h1>${file === undefined ? lockIcon : fileIcon(file.contentType)}<span>${visible(title)}</span></h1>
    ${nameWarning(context, title)}
    ${file === undefined && html`<p>${texts.file.protectedText}</p>`}
    <form method="post" action="${free.fileUrl}">
    <input type="hidden" name="adz" value="0.a1">
    ${languageField(context)}
    ${factsOf(context, title, free)}
    ${file === undefined && linkPasswordField(context, free.isPasswordWrong)}
    <input type="submit" name="submit" value="Access to download" hidden>
    <p class="act"><button type="submit" class="big">${texts.file.download}</button></p>
    <input type="checkbox" name="dl_no_ssl" hidden>
    <label class="check"><input type="checkbox" name="dlinline"> ${texts.file.inline}</label>
    ${free.previewUrl !== undefined && html`<p><a href="${free.previewUrl}" rel="nofollow">${texts.file.preview}</a></p>`}
    ${free.save !== undefined && saveFields(context, free.save)}
    </form>
    </div>
    ${free.isOwn && ownLinkSection(context, free)}
    ${file !== undefined && checkSection(context, file)}
    ${commandSection(context, free)}
    ${context.visitor === undefined && html`<p class="quiet"><a href="${free.signInUrl}">${texts.file.signIn}</a></p>`}
  `;
  return { title: visible(title), main };
}

/**
 * Name and size where each generation of scrapers looks: the first and third `td.normal` (1fichier-dl), two spans in
 * the first `td.normal` of `table.premium` behind a picture of `qr.pl` (its forks, pyLoad), `tier-name` and
 * `tier-feat`. What people already see elsewhere on the page is not shown twice.
 */
function factsOf({ texts, language }: PageContext, name: string, { file, qrPath }: FreePage): Html {
  const size = file === undefined ? "" : sizeForClients(file.sizeBytes, language);
  return html`
    <table class="info">
    <tr><th scope="row">${texts.file.name}</th><td class="normal">${name}</td></tr>
    <tr><th scope="row">${texts.file.uploaded}</th><td class="normal">${file?.date ?? ""}</td></tr>
    <tr><th scope="row">${texts.file.size}</th><td class="normal">${size}</td></tr>
    ${file !== undefined && html`<tr><th scope="row">${texts.file.type}</th><td>${file.contentType}</td></tr>`}
    </table>
    <table class="premium"><tr>
    <td><img src="${qrPath}" alt="${texts.file.qr}" width="112" height="112"></td>
    <td class="normal"><span style="${styleAttributes.fileName}">${name}</span><br>
    <span style="${styleAttributes.fileSize}">${size}</span></td>
    </tr></table>
    <div hidden><span class="tier-name">${name}</span> <span class="tier-feat">${size}</span></div>
  `;
}

/** A field, which can be copied without a script; outside the form, which clients send back completely. */
function ownLinkSection(context: PageContext, { fileUrl, id }: FreePage): Html {
  const { file, files } = context.texts;
  const { ownLink, ownLinkAdvice } = file;
  return html`
    <div class="field">
    <label for="own-link">${ownLink}</label>
    <input type="text" id="own-link" value="${fileUrl}" readonly aria-describedby="own-link-advice">
    <p class="quiet" id="own-link-advice">${ownLinkAdvice}</p>
    </div>
    ${context.visitor !== undefined && html`<p><a class="button" href="${filesPath(context)}?edit=${id}">${files.edit.manage}</a> <a class="button plain" href="${filesPath(context)}">${files.menu}</a></p>`}
  `;
}

/** In the same form that clients know: they leave `save` out, and send a `did` that means nothing without it. */
function saveFields({ texts }: PageContext, { formToken, folders }: SaveChoice): Html {
  const { title, folder, root, submit } = texts.file.save;
  return html`
    <details>
    <summary>${title}</summary>
    <input type="hidden" name="token" value="${formToken}">
    <div class="field">
    <label for="did">${folder}</label>
    <select id="did" name="did">
    <option value="0">${root}</option>
    ${folders.map(({ id, name }) => html`<option value="${id}">${visible(name)}</option>`)}
    </select>
    </div>
    <p><input type="submit" class="plain" name="save" value="${submit}"></p>
    </details>
  `;
}

function checkSection({ texts }: PageContext, file: ShownFile): Html {
  const command = `openssl dgst -provider legacy -provider default -whirlpool ${shellWord(`./${file.name}`)}`;
  return html`
    <h2>${texts.check.title}</h2>
    <p>${texts.check.checksum}</p>
    <pre>${file.whirlpool ?? texts.check.unknown}</pre>
    <p>${texts.check.compare}</p>
    <pre>${command}</pre>
  `;
}

function commandSection({ texts }: PageContext, { file, fileUrl }: FreePage): Html {
  if (file === undefined) return askedCommands(texts, shellWord(fileUrl));
  return html`
    <h2>${texts.command.title}</h2>
    <pre>curl -fOJL ${shellWord(`${fileUrl}&dl=1`)}</pre>
  `;
}

/**
 * A password in the command itself would stay in the shell's history, so the command asks for it. No way of asking
 * works in all Unix shells and in PowerShell; there, `curl` may also be an alias for something else.
 */
function askedCommands({ command, password }: PageContext["texts"], url: string): Html {
  const prompt = shellWord(password.label);
  const ask = `stty -echo; printf '%s: ' ${prompt}; IFS= read -r P; stty echo; echo`;
  return html`
    <h2>${command.title}</h2>
    <p>${command.unix}</p>
    <pre>${`${ask}; curl -fOJL --data-urlencode "pass=$P" ${url}`}</pre>
    <p>PowerShell</p>
    <pre>${`$P = Read-Host ${prompt}; curl.exe -fOJL --data-urlencode "pass=$P" ${url}`}</pre>
  `;
}

export interface LinkPage {
  directUrl: string;
  /** For a browser, so that one click is enough; programs that follow such a page would miss what it says. */
  beginsByItself: boolean;
  /** Shows the file in the browser; undefined if the previous page had such a link, or there is none. */
  previewUrl: string | undefined;
  name: string;
  sizeBytes: number;
  contentType: string;
}

/**
 * The answer to a free page's form. The anchor is found by its class and two spaces before `style` (plowshare), by its
 * text (JDownloader, pyLoad), and as the first one in /html/body/div[4]/div[2] (1fichier-dl). The other anchor is only
 * for programs: it does the same. A preview opens in a new tab, since a browser cannot go back to the answer to a form.
 */
export function linkPage(context: PageContext, link: LinkPage): Page {
  const { texts, language } = context;
  const main = html`
    <div class="box file">
    <h1>${fileIcon(link.contentType)}<span>${visible(link.name)}</span></h1>
    ${nameWarning(context, link.name)}
    <p>${texts.link[link.beginsByItself ? "begins" : "ready"](formatSize(link.sizeBytes, language))}</p>
    </div>
    <div style="${styleAttributes.linkBlock}">
    <a href="${link.directUrl}"  style="${styleAttributes.linkAnchor}" class="ok btn-general btn-orange">${texts.link.here}</a>
    <div hidden>
    <a href="${link.directUrl}">${texts.link.start}</a>
    </div>
    </div>
    ${link.previewUrl !== undefined && html`<p class="act"><a class="button plain" href="${link.previewUrl}" target="_blank" rel="nofollow noopener">${texts.link.preview}</a></p>`}
    <h2>${texts.command.title}</h2>
    <pre>${`curl -fOJ ${shellWord(link.directUrl)}`}</pre>
    <p class="quiet">${texts.link.life}</p>
  `;
  return { title: visible(link.name), main, ...(link.beginsByItself ? { goesOnTo: link.directUrl } : {}) };
}

/** For an unknown or removed file, with status 404: pyLoad reads its body, the others look for one phrase each. */
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

/**
 * For a file whose stored data is damaged, with status 503: programs ask again later, and it may be repaired by then.
 */
export const damagedPage = ({ texts }: PageContext): Page => sentencePage(texts.damaged);

/** For the owner of a file that the operator has blocked, with status 410; others are told that it does not exist. */
export function blockedPage(context: PageContext): Page {
  const page = sentencePage(context.texts.blocked);
  if (context.visitor === undefined) return page;
  const main = html`
    ${page.main}
    <p><a class="button" href="${filesPath(context)}">${context.texts.files.menu}</a></p>
  `;
  return { ...page, main };
}

const filesPath = ({ site, prefix }: PageContext): string => `${site}${prefix}/console/files.pl`;

/** For a file with access restrictions, with status 403. JDownloader knows the sentence. */
export function restrictedPage(context: PageContext): Page {
  const page = sentencePage(context.texts.restricted);
  if (context.visitor !== undefined) return page;
  const main = html`
    ${page.main}
    <p><a class="button" href="${context.prefix}/login.pl">${context.texts.frame.signIn}</a></p>
  `;
  return { ...page, main };
}

/**
 * For a direct link that serves no bytes. Contains none of the phrases that programs know: the file itself may exist.
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
