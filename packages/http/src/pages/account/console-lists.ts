import { type Html, html } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { sizeForClients } from "../sizes.ts";
import { accountMenu } from "./console-pages.ts";

export interface ListedForPrograms {
  folders: readonly { id: number; name: string; date: string }[];
  files: readonly { id: string; name: string; sizeBytes: number; date: string }[];
}

/**
 * What people see above, as scrapers of `files.pl` look for it: plowshare by the line, handler included, others by
 * `ul#sable`. In a template nothing is shown, and nothing is a handler: browsers make it part of no document.
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
 * `dirs.pl`. Whoever walks the tree takes the name up to the first no-break space, and looks into each folder that bears
 * the mark: all do, since whether something lies in one is for its own answer to say.
 */
export function folderEntries(folders: readonly { id: number; name: string }[]): Html {
  return html`
    <ul>
    ${folders.map(({ id, name }) => html`<li rel="${id}"><div>${name}\u00a0<div class="fcp"></div></div></li>`)}
    </ul>
  `;
}

/** `link.pl`. The first link of the page is that of the first file. */
export function linksPage({ texts }: PageContext, links: readonly { name: string; url: string }[]): Page {
  const { title, name, link } = texts.console.links;
  const main = html`
    <h1>${title}</h1>
    <table class="premium">
    <tr><th>${name}</th><th>${link}</th></tr>
    ${links.map((each) => html`<tr><td>${each.name}</td><td><a href="${each.url}">${each.url}</a></td></tr>`)}
    </table>
  `;
  return { title, main, width: "wide", isFirstLinkInMain: true };
}

/** `infog.pl`. A Go library wants exactly three second cells, two of them whole numbers. */
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
