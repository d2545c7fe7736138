import { languageField } from "./forms.ts";
import { type Html, html } from "./html.ts";
import type { Page } from "./layout.ts";
import type { PageContext } from "./page-context.ts";
import { formatSize } from "./sizes.ts";

export interface HomePage {
  /** Where guests may upload files; undefined if they may not. */
  upload: { url: string; maxFileBytes: number } | undefined;
}

/**
 * Shown at `/` without a file. A Go client posts to the action of the form `files`, which is only there for visitors
 * who may use it: a session is no proof for a form, since any page can post one.
 */
export function homePage(context: PageContext, { upload }: HomePage): Page {
  const { title, text, reference, signInToUpload } = context.texts.home;
  const main = html`
    <h1>${title}</h1>
    <p>${text}</p>
    ${context.visitor !== undefined && html`<p><a class="button" href="${context.site}${context.prefix}/console/files.pl">${context.texts.account.overview.files}</a></p>`}
    ${upload === undefined ? context.visitor === undefined && html`<p class="notice">${signInToUpload}</p>` : uploadForm(context, upload)}
    <p><a href="${context.site}/docs/">${reference}</a></p>
  `;
  return { title, main };
}

function uploadForm(context: PageContext, { url, maxFileBytes }: { url: string; maxFileBytes: number }): Html {
  const { uploadTitle, files, most, linkPassword, optional, send } = context.texts.home;
  return html`
    <div class="box">
    <h2>${uploadTitle}</h2>
    <form id="files" method="post" enctype="multipart/form-data" action="${url}">
    ${languageField(context)}
    <div class="field">
    <label for="file">${files}</label>
    <input type="file" id="file" name="file[]" multiple required>
    <p class="quiet">${most(formatSize(maxFileBytes, context.language))}</p>
    </div>
    <div class="field">
    <label for="dpass">${linkPassword}</label>
    <input type="text" id="dpass" name="dpass" autocomplete="off" autocapitalize="none" spellcheck="false">
    <p class="quiet">${optional}</p>
    </div>
    <p class="act"><button type="submit" class="big">${send}</button></p>
    </form>
    </div>
  `;
}
