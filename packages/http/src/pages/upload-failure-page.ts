import { escapeHtml, page } from "./html.ts";

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
 * `explanation` is ours, for people.
 */
export function renderUploadFailurePage(message: string, explanation: string): string {
  return page("Upload failed", [
    `<div class="bloc2">${escapeHtml(message)}</div>`,
    `<p>${escapeHtml(explanation)}</p>`,
  ]);
}
