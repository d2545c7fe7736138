import { visible } from "@consigne/contract/visible-text";
import { languageField } from "./forms.ts";
import { html } from "./html.ts";
import type { Page } from "./layout.ts";
import type { PageContext } from "./page-context.ts";
import { formatSize } from "./sizes.ts";

/** Asks before a file is removed; plowshare continues unless the page says that the file is not found. */
export function removalQuestionPage(
  context: PageContext,
  asked: { removalUrl: string; name: string; sizeBytes: number },
): Page {
  const { title, question, explanation, remove } = context.texts.removal;
  const main = html`
    <h1>${title}</h1>
    <div class="box">
    <p>${question}</p>
    <p><strong>${visible(asked.name)}</strong><br>
    ${formatSize(asked.sizeBytes, context.language)}</p>
    <form method="post" action="${asked.removalUrl}">
    <input type="hidden" name="force" value="1">
    ${languageField(context)}
    <p class="act"><button type="submit" class="danger">${remove}</button></p>
    </form>
    <p class="quiet">${explanation}</p>
    </div>
  `;
  return { title, main };
}

/** plowshare looks for "file has been". */
export function removedPage({ texts }: PageContext): Page {
  const { doneTitle, done } = texts.removal;
  const main = html`
    <h1>${doneTitle}</h1>
    <div class="notice good">
    <div class="bloc2">${done}</div>
    </div>
  `;
  return { title: doneTitle, main };
}
