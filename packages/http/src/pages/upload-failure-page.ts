import { visible } from "@consigne/contract/visible-text";
import { html } from "./html.ts";
import type { Page } from "./layout.ts";
import type { PageContext } from "./page-context.ts";

/** Messages of an upload node, in 1fichier.com's French wording: clients compare them. */
export const uploadFailures = {
  /** No file part was recognized. */
  noFile: "Pas de fichier trouvé dans l'envoi",
  /** The storage cannot take it now; uploaders try again. */
  storage: "Ne peut ouvrir le fichier destination",
} as const;

/**
 * The answer to a failed upload. Uploaders take the text of the first `div.bloc2` that is not empty, and decide by
 * known texts whether to try again. `explanation` is ours, for people, if the message does not explain enough.
 */
export function uploadFailurePage({ texts }: PageContext, message: string, explanation: string): Page {
  const main = html`
    <h1>${texts.upload.failedTitle}</h1>
    <div class="notice bad">
    <div class="bloc2">${message}</div>
    </div>
    ${explanation !== message && html`<p>${visible(explanation)}</p>`}
  `;
  return { title: texts.upload.failedTitle, main };
}
