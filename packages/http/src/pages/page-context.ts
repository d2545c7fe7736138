import type { Language } from "./languages.ts";
import { type Texts, textsIn } from "./texts/texts.ts";

/** What every page needs to know about the request it answers. */
export interface PageContext {
  readonly language: Language;
  /** The visitor chose it just now, by a link: other pages shall have it too. */
  readonly isNewChoice: boolean;
  readonly texts: Texts;
  /** Before the path of a page of ours that is to have this language too: `/fr`, or nothing where the cookie says it. */
  readonly prefix: string;
  /** Base of the web site on the caller's face, without a slash at its end. */
  readonly site: string;
  /** Origin of the direct links, where it is not that of the site. */
  readonly downloadUrl: string | undefined;
  /** The same page in another language. */
  readonly switches: readonly { readonly language: Language; readonly href: string }[];
  /** E-mail of whoever is signed in. */
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
