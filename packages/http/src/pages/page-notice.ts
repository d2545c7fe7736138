import { type Html, html, trusted } from "./html.ts";

/** What has just been done, or why nothing was. */
export interface PageNotice {
  kind: "good" | "bad";
  text: string;
}

/** What went wrong has the focus: where a page comes with it, nothing else reads it out, and what to mend comes next. */
export const alertRole: Html = trusted('role="alert" tabindex="-1" autofocus');

const roleOf = ({ kind }: PageNotice): Html => (kind === "bad" ? alertRole : trusted('role="status"'));

export const pageNotice = (notice: PageNotice | undefined): Html | undefined =>
  notice && html`<div class="notice ${notice.kind}" ${roleOf(notice)}>${notice.text}</div>`;

/** In the element that clients read the text of a page from. */
export const blockNotice = (notice: PageNotice | undefined): Html | undefined =>
  notice && html`<div class="notice ${notice.kind}" ${roleOf(notice)}><div class="bloc2">${notice.text}</div></div>`;
