import { visible } from "@consigne/contract/visible-text";
import { languageField } from "../forms.ts";
import { type Html, html } from "../html.ts";
import type { Page } from "../layout.ts";
import type { PageContext } from "../page-context.ts";
import { pageNotice, type PageNotice } from "../page-notice.ts";
import { formatSize } from "../sizes.ts";
import { importsTable, type ShownImport } from "./imports-table.ts";
import { accountMenu } from "./console-pages.ts";

export interface ShownRemoteItem {
  requestId: number;
  id: string;
  url: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  receivedBytes: number | undefined;
  totalBytes: number | undefined;
  /** When it is retried, as shown. */
  nextAt: string | undefined;
  /** Page of the file, and its name. */
  file: { url: string; name: string } | undefined;
  message: string;
  /** Its credentials are not kept: it can only be fetched again by entering the whole address. */
  hasCredentials: boolean;
}

export interface RemotePage {
  queued: readonly ShownRemoteItem[];
  ended: readonly ShownRemoteItem[];
  /** Not all ended ones are shown. */
  isCut: boolean;
  imports: readonly ShownImport[];
  /** Value of `before` for the page with older ones, if there are any. */
  older: number | undefined;
  /** For signed-in people; others only see the lists. */
  forms: { token: string; folders: readonly { id: number; name: string }[] } | undefined;
  notice: PageNotice | undefined;
  /** What was entered, if it has to be corrected. */
  given: { links: readonly string[]; did: string };
}

/** For `remote.pl`. A scraper counts four `div`s per entry in `div#ct`, and one more. */
export function remotePage(context: PageContext, shown: RemotePage): Page {
  const texts = context.texts.console.remote;
  const { queued, ended, imports, forms, notice } = shown;
  const main = html`
    <h1>${texts.title}</h1>
    ${accountMenu(context, "remote")}
    ${pageNotice(notice)}
    ${forms !== undefined && newForm(context, shown, forms)}
    <h2>${texts.queued}</h2>
    <div id="ct">
    <div>${queued.length === 0 ? texts.none : texts.count(queued.length)}</div>
    ${queued.map((item) => queuedEntry(context, item, forms?.token))}
    </div>
    ${queued.length > 0 && html`<p><a href="/console/remote.pl">${texts.refresh}</a></p>`}
    ${ended.length > 0 && endedTable(context, shown)}
    ${shown.older !== undefined && html`<p><a href="${context.prefix}/console/remote.pl?before=${shown.older}">${texts.older}</a></p>`}
    ${importsTable(context, imports, forms?.token)}
  `;
  return { title: texts.title, main, width: "wide" };
}

function newForm(
  context: PageContext,
  { given }: RemotePage,
  { token, folders }: NonNullable<RemotePage["forms"]>,
): Html {
  const texts = context.texts.console.remote;
  return html`
    <form class="box" method="post" action="/console/remote.pl">
    ${languageField(context)}
    <input type="hidden" name="token" value="${token}">
    <input type="hidden" name="do" value="add">
    <div class="field">
    <label for="links">${texts.links}</label>
    <textarea id="links" name="links" rows="5" required aria-describedby="links-advice">${given.links}</textarea>
    <p class="quiet" id="links-advice">${texts.linksAdvice}</p>
    </div>
    <div class="field">
    <label for="did">${texts.folder}</label>
    <select id="did" name="did">
    <option value="0">${texts.root}</option>
    ${folders.map(({ id, name }) => html`<option value="${id}"${String(id) === given.did && html` selected`}>${visible(name)}</option>`)}
    </select>
    </div>
    <p><input type="submit" value="${texts.add}"></p>
    </form>
  `;
}

/** Four `div`s, each on its own line. */
function queuedEntry(context: PageContext, item: ShownRemoteItem, token: string | undefined): Html {
  const texts = context.texts.console.remote;
  const cancel = token !== undefined && actionForm(context, item, { token, action: "cancel", text: texts.cancel });
  return html`
    <div>${item.url}</div>
    <div>${texts.states[item.state]}</div>
    <div>${progressText(context, item)}</div>
    <div>${cancel}</div>
  `;
}

/** In words: unknown sizes are called unknown. */
function progressText({ texts, language }: PageContext, item: ShownRemoteItem): string {
  const { of, unknownOf, again } = texts.console.remote;
  const { receivedBytes, totalBytes, nextAt, message } = item;
  if (item.state === "waiting") {
    const next = nextAt === undefined || message === "" ? "" : again(nextAt);
    return [message, next].filter(Boolean).join(" ");
  }
  const received = formatSize(receivedBytes ?? 0, language);
  return totalBytes === undefined ? unknownOf(received) : of(received, formatSize(totalBytes, language));
}

function endedTable(context: PageContext, { ended, isCut, forms }: RemotePage): Html {
  const texts = context.texts.console.remote;
  return html`
    <h2>${texts.ended}</h2>
    <div class="keys fetched">
    <table>
    <thead><tr><th scope="col">${texts.address}</th><th scope="col">${texts.result}</th><th scope="col">${texts.message}</th>${forms !== undefined && html`<td></td>`}</tr></thead>
    <tbody>
    ${ended.map((item) => endedRow(context, item, forms?.token))}
    </tbody>
    </table>
    </div>
    ${isCut && html`<p class="quiet">${texts.cut(ended.length)}</p>`}
  `;
}

function endedRow(context: PageContext, item: ShownRemoteItem, token: string | undefined): Html {
  const texts = context.texts.console.remote;
  const { file, state } = item;
  const isRetriable = token !== undefined && state !== "done" && !item.hasCredentials;
  const retry = isRetriable && actionForm(context, item, { token, action: "retry", text: texts.retry });
  const anew = state !== "done" && item.hasCredentials && texts.anew;
  const message = [item.message, anew].filter(Boolean).join(" ");
  return html`
    <tr>
    <td>${item.url}</td>
    <td data-label="${texts.result}">${file === undefined ? texts.states[state] : html`<a href="${file.url}">${visible(file.name)}</a>`}</td>
    <td${message !== "" && html` data-label="${texts.message}"`}>${visible(message)}</td>
    ${token !== undefined && html`<td>${retry}</td>`}
    </tr>
  `;
}

function actionForm(
  context: PageContext,
  item: ShownRemoteItem,
  { token, action, text }: { token: string; action: "cancel" | "retry"; text: string },
): Html {
  return html`<form method="post" action="/console/remote.pl">${languageField(context)}<input type="hidden" name="token" value="${token}"><input type="hidden" name="do" value="${action}"><input type="hidden" name="id" value="${item.requestId}"><input type="hidden" name="item" value="${item.id}"><button class="plain" aria-label="${text} ${item.url}">${text}</button></form>`;
}
