import { type Html, html, trusted } from "./html.ts";

/** What was just done, or why not. */
export interface PageNotice {
  kind: "good" | "bad";
  text: string;
}

/**
 * An error gets the focus: in a newly loaded page nothing else makes screen readers read it, and the field to correct
 * comes next.
 */
export const alertRole: Html = trusted('role="alert" tabindex="-1" autofocus');

const roleOf = ({ kind }: PageNotice): Html => (kind === "bad" ? alertRole : trusted('role="status"'));

export const pageNotice = (notice: PageNotice | undefined): Html | undefined =>
  notice && html`<div class="notice ${notice.kind}" ${roleOf(notice)}>${notice.text}</div>`;

/** In the element from which clients read the text of a page. */
export const blockNotice = (notice: PageNotice | undefined): Html | undefined =>
  notice && html`<div class="notice ${notice.kind}" ${roleOf(notice)}><div class="bloc2">${notice.text}</div></div>`;
