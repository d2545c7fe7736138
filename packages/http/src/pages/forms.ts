import { type Html, html } from "./html.ts";
import type { PageContext } from "./page-context.ts";
import { alertRole } from "./page-notice.ts";

/** A password input that 1fichier-dl finds by its id, and JDownloader, pyLoad and plowshare by its name. */
export function linkPasswordField({ texts }: PageContext, isWrong: boolean): Html {
  const { label, wrong, advice } = texts.password;
  return html`
    <div class="field">
    ${isWrong && html`<p class="error" ${alertRole}>${wrong}</p>`}
    <label for="pass">${label}</label>
    <input type="password" id="pass" name="pass">
    <p class="quiet">${advice}</p>
    </div>
  `;
}

/**
 * Keeps the language of the page through its form, if neither a cookie nor the address does. Left out in English,
 * unless it was chosen against the cookie: the forms that clients read have no unknown fields.
 */
export function languageField({ language, prefix }: PageContext): Html | undefined {
  return language === "en" && prefix === "" ? undefined : html`<input type="hidden" name="lg" value="${language}">`;
}
