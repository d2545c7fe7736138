import { html } from "./html.ts";
import type { Page } from "./layout.ts";
import type { PageContext } from "./page-context.ts";

/** What `/` shows without a file: that the server works, and where its reference is. */
export function homePage({ texts }: PageContext): Page {
  const { title, text, reference } = texts.home;
  const main = html`
    <h1>${title}</h1>
    <p>${text}</p>
    <p><a href="/docs">${reference}</a></p>
  `;
  return { title, main };
}
