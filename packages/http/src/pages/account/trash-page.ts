import { visible } from "@consigne/contract/visible-text";
import { type Html, html } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { blockNotice, type PageNotice } from "../page-notice.ts";
import { shownName } from "../shown-name.ts";
import { formatSize } from "../sizes.ts";
import { accountMenu } from "./console-pages.ts";
import { actionForm } from "./file-list-page.ts";

const PATH = "/console/files.pl";

export interface TrashListPage {
  formToken: string;
  days: number;
  total: { items: number; sizeBytes: number };
  /** Latest first. */
  entries: readonly { id: number; name: string; path: string; sizeBytes: number; removed: string; ends: string }[];
  /** `before` of the next page. */
  next: number | undefined;
  notice: PageNotice | undefined;
}

/** Removed entries that can be restored, simple enough to work in every browser. */
export function trashListPage(context: PageContext, shown: TrashListPage): Page {
  const { texts, language, prefix } = context;
  const { title, kept, held, back, none, more } = texts.files.trash;
  const { notice, entries, next, total } = shown;
  const main = html`
    <h1>${title}</h1>
    ${accountMenu(context)}
    ${blockNotice(notice)}
    <p><a href="${prefix}${PATH}">${back}</a></p>
    <p>${kept(shown.days)}</p>
    ${total.items > 0 && html`<p class="quiet">${held(total.items, formatSize(total.sizeBytes, language))}</p>`}
    ${entries.length === 0 && next === undefined ? html`<p class="quiet">${none}</p>` : entryList(context, shown)}
    ${next !== undefined && html`<p><a href="${prefix}${PATH}?trash=1&before=${next}">${more}</a></p>`}
  `;
  return { title, main, width: "wide" };
}

function entryList(context: PageContext, { entries, formToken }: TrashListPage): Html {
  const { about, restore, restoreNamed } = context.texts.files.trash;
  return html`
    <ul class="entries">
    ${entries.map(
      ({ id, name, path, sizeBytes, removed, ends }) => html`
        <li><div>${shownName(path)}${shownName(name)}
        <div class="quiet">${about(formatSize(sizeBytes, context.language), removed, ends)}</div></div>
        ${actionForm(
          context,
          { formToken, action: "restore", about: ["id", id] },
          html`<input type="submit" value="${restore}" aria-label="${restoreNamed(visible(name))}">`,
        )}</li>
      `,
    )}
    </ul>
  `;
}
