import { html } from "./html.ts";
import type { Page } from "./layout.ts";
import type { PageContext } from "./page-context.ts";

/** What an upload node says, in its own French words: clients compare them. */
export const uploadFailures = {
  /** No file part was recognised. */
  noFile: "Pas de fichier trouvé dans l'envoi",
  /** The storage cannot take it now; uploaders try again. */
  storage: "Ne peut ouvrir le fichier destination",
} as const;

/**
 * The answer to a failed upload. Uploaders take the text of the first `div.bloc2` that is not empty, and what they know
 * there decides whether they try again.
 * `explanation` is ours, for people, where the message does not say it already.
 */
export function uploadFailurePage({ texts }: PageContext, message: string, explanation: string): Page {
  const main = html`
    <h1>${texts.upload.failedTitle}</h1>
    <div class="notice bad">
    <div class="bloc2">${message}</div>
    </div>
    ${explanation !== message && html`<p>${explanation}</p>`}
  `;
  return { title: texts.upload.failedTitle, main };
}
