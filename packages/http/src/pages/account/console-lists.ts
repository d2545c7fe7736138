import { type Html, html } from "../html.ts";
import type { Page } from "../layout.ts";
import { nameWarningRow } from "../name-warning.ts";
import type { PageContext } from "../page-context.ts";
import { sizeForClients } from "../sizes.ts";
import { accountMenu } from "./console-pages.ts";

export interface ListedForPrograms {
  folders: readonly { id: number; name: string; date: string }[];
  files: readonly { id: string; name: string; sizeBytes: number; date: string }[];
}

/**
 * The list that people see above, in the form that scrapers of `files.pl` look for: plowshare by the line, including
 * the handler, others by `ul#sable`. A template is not shown, and its handlers do not run: browsers do not make it part
 * of any document.
 */
export function listForPrograms({ language }: PageContext, { folders, files }: ListedForPrograms): Html {
  return html`
    <template><ul id="sable">
    ${folders.map(({ id, name, date }) => html`<li class="directory" rel="${id}"><div class="dF"><a href="#" onclick="return false">${name}</a></div><div class="dD">${date}</div></li>`)}
    ${files.map(({ id, name, date, sizeBytes }) => html`<li class="file" rel="C_0_${id}"><div class="dF"><a href="#">${name}</a></div><div class="dD">${date}</div><div class="dS">${sizeForClients(sizeBytes, language)}</div></li>`)}
    </ul></template>
  `;
}

/**
 * For `dirs.pl`. Programs that walk the tree take the name up to the first no-break space, and open each folder that
 * has the mark: all have it, because only a folder's own page says whether it has subfolders.
 */
export function folderEntries(folders: readonly { id: number; name: string }[]): Html {
  return html`
    <ul>
    ${folders.map(({ id, name }) => html`<li rel="${id}"><div>${name}\u00a0<div class="fcp"></div></div></li>`)}
    </ul>
  `;
}

/** For `link.pl`. The first link on the page is that of the first file. Programs read the names. */
export function linksPage(context: PageContext, links: readonly { name: string; url: string }[]): Page {
  const { title, name, link } = context.texts.console.links;
  const main = html`
    <h1>${title}</h1>
    <table class="premium">
    <tr><th>${name}</th><th>${link}</th></tr>
    ${links.map((each) => [html`<tr><td>${each.name}</td><td><a href="${each.url}">${each.url}</a></td></tr>`, nameWarningRow(context, each.name)])}
    </table>
  `;
  return { title, main, width: "wide", isFirstLinkInMain: true };
}

/** For `infog.pl`. A Go library expects exactly three second cells, two of them whole numbers. */
export function storedPage(
  context: PageContext,
  usage: { fileCount: number; sizeBytes: number; downloads: number },
): Page {
  const { title, files, space, accesses } = context.texts.console.info;
  const main = html`
    <h1>${title}</h1>
    ${accountMenu(context)}
    <table class="premium">
    <tr><td>${files}</td><td>${usage.fileCount}</td></tr>
    <tr><td>${space}</td><td>${sizeForClients(usage.sizeBytes, context.language)}</td></tr>
    <tr><td>${accesses}</td><td>${usage.downloads}</td></tr>
    </table>
  `;
  return { title, main };
}
