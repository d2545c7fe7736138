import { visible } from "@consigne/contract/visible-text";
import { html } from "./html.ts";
import { type Page } from "./layout.ts";
import type { PageContext } from "./page-context.ts";
import { sentencePage } from "./file-pages.ts";

/**
 * For `network.html`: JDownloader fetches it in every session and looks for words about blocked networks. This server
 * blocks none.
 */
export function networkPage({ texts }: PageContext, address: string): Page {
  const { title, text, yours } = texts.network;
  const main = html`
    <h1>${title}</h1>
    <p>${text}</p>
    <p>${yours(address)}</p>
  `;
  return { title, main };
}

/** Where `/?c=` leads to on 1fichier.com: clients that follow an old link there wait and ask again. */
export const databasePage = ({ texts }: PageContext): Page => sentencePage(texts.database);
export const scanPage = ({ texts }: PageContext): Page => sentencePage(texts.scan);

/**
 * For locked-out callers: JDownloader waits an hour when it finds the words of a ban, half a minute for another lock.
 */
export function lockedOutPage(
  { texts }: PageContext,
  { isBanned, minutes }: { isBanned: boolean; minutes: number },
): Page {
  const { title, banned, tooFast, reason } = texts.lockedOut;
  const main = html`
    <h1>${title}</h1>
    <div class="notice bad">
    <div class="bloc2">${isBanned ? banned : tooFast}</div>
    <p>${reason}</p>
    </div>
    <p>${texts.account.signIn.wait(minutes)}</p>
  `;
  return { title, main };
}

/** For people, a refusal without a page of its own. `requestId` identifies it in the log. */
export function refusalPage({ texts }: PageContext, reason: string, requestId: string): Page {
  const { title, requestNumber } = texts.refusal;
  const main = html`
    <h1>${title}</h1>
    <div class="notice bad">
    <div class="bloc2">${visible(reason)}</div>
    </div>
    <p class="quiet">${requestNumber(requestId)}</p>
  `;
  return { title, main };
}
