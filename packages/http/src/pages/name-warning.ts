import { visible } from "@consigne/contract/visible-text";
import { type Html, html } from "./html.ts";
import type { PageContext } from "./page-context.ts";

/**
 * Shown beside a name with invisible or direction-changing characters, because programs read the name itself on the
 * page. Undefined for any other name.
 */
export function nameWarning({ texts }: PageContext, name: string): Html | undefined {
  const shown = visible(name);
  return shown === name
    ? undefined
    : html`<p class="notice bad">${texts.folder.hiddenCharacters} <code>${shown}</code></p>`;
}

/** In its own row: clients read a file's row link by link and cell by cell. */
export function nameWarningRow({ texts }: PageContext, name: string): Html | undefined {
  const shown = visible(name);
  if (shown === name) return undefined;
  return html`<tr><td colspan="2">${texts.folder.hiddenCharacters} <code>${shown}</code></td></tr>`;
}
