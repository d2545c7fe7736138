import type { Language } from "./languages.ts";
import { type Texts, textsIn } from "./texts/texts.ts";

/** What every page needs to know about its request. */
export interface PageContext {
  readonly language: Language;
  /** The visitor has just chosen it, with a link: other pages should use it too. */
  readonly isNewChoice: boolean;
  readonly texts: Texts;
  /** Path prefix for pages that should have this language too: `/fr`, or empty if the cookie says it. */
  readonly prefix: string;
  /** Base of the web site on the host that the caller used, without a trailing slash. */
  readonly site: string;
  /** Origin of direct links, if it differs from the site's. */
  readonly downloadUrl: string | undefined;
  /** The same page in another language. */
  readonly switches: readonly { readonly language: Language; readonly href: string }[];
  /** E-mail of the signed-in person. */
  readonly visitor: string | undefined;
}

/** A context without a request, for pages about failures before one could be read. */
export function plainContext(language: Language, site: string): PageContext {
  return {
    language,
    isNewChoice: false,
    texts: textsIn(language),
    prefix: "",
    site,
    downloadUrl: undefined,
    switches: [],
    visitor: undefined,
  };
}
