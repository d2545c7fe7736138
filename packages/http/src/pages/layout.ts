import { type Html, html, type HtmlValue, trusted } from "./html.ts";
import { nameIcon, tabIcon } from "./icons.ts";
import { languageNames } from "./texts/texts.ts";
import type { PageContext } from "./page-context.ts";
import { styleSheet } from "./style-sheet.ts";

const NAME = "Consigne";

/** What a page adds to the common frame. */
export interface Page {
  /** Title of the window; a page names itself in its `h1`. */
  readonly title: string;
  /** The lines of the main landmark. They contain the only `h1`. */
  readonly main: HtmlValue;
  readonly width?: "small" | "wide" | "wide report" | "wide report own";
  /** A report's first link must be that of its first file: the frame then places its own links below. */
  readonly isFirstLinkInMain?: boolean;
  /** The browser goes there automatically, as if somebody had followed the page's only link. */
  readonly goesOnTo?: string;
  /** The browser reloads the page automatically. */
  readonly reloadsAfterSeconds?: number;
}

/** A whole page. */
export function renderPage(context: PageContext, page: Page): string {
  return [pageHead(context, page), html`${page.main}`, pageEnd(context, page), ""].map(String).join("\n");
}

/**
 * The lines before `page.main`. Main is the fourth `div` of the body: 1fichier-dl finds the link at
 * /html/body/div[4]/div[2]/a, hence no `header` and `main` around it.
 */
export function pageHead(context: PageContext, page: Omit<Page, "main">): Html {
  const { texts, language } = context;
  const areLinksBelow = page.isFirstLinkInMain === true;
  return html`
    <!DOCTYPE html>
    <html lang="${language}">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">${page.goesOnTo !== undefined && html`<meta http-equiv="refresh" content="0; url=${page.goesOnTo}">`}${page.reloadsAfterSeconds !== undefined && html`<meta http-equiv="refresh" content="${page.reloadsAfterSeconds}">`}
    <title>${page.title === NAME ? NAME : `${page.title} - ${NAME}`}</title>
    <link rel="icon" href="${tabIcon}">
    <style>${trusted(styleSheet)}</style>
    </head>
    <body>
    <div class="skip">${!areLinksBelow && html`<a href="#main">${texts.frame.skip}</a>`}</div>
    <div class="top" role="banner"><div class="bar">${nameOf(context, areLinksBelow)}${!areLinksBelow && navigation(context)}</div></div>
    <div></div>
    <div class="${["page", ...(page.width === undefined ? [] : [page.width])].join(" ")}" id="main" role="main">
  `;
}

/** The lines after `page.main`. */
export function pageEnd(context: PageContext, page: Omit<Page, "main">): Html {
  return html`
    </div>
    <div class="foot" role="contentinfo"><div class="bar">${context.texts.frame.footer}${page.isFirstLinkInMain === true && navigation(context)}</div></div>
    </body>
    </html>
  `;
}

function nameOf({ site }: PageContext, isPlain: boolean): Html {
  return isPlain
    ? html`<span class="name">${nameIcon}Consigne</span>`
    : html`<a class="name" href="${site}/">${nameIcon}Consigne</a>`;
}

function navigation({ texts, site, prefix, switches, visitor }: PageContext): Html {
  const links = [
    ...switches.map(
      ({ language, href }) =>
        html`<li><a href="${href}" lang="${language}" hreflang="${language}">${languageNames[language]}</a></li>`,
    ),
    visitor === undefined
      ? html`<li><a href="${site}${prefix}/login.pl">${texts.frame.signIn}</a></li>`
      : html`<li><a href="${site}${prefix}/console/files.pl">${texts.files.menu}</a></li><li><a href="${site}${prefix}/console/index.pl">${visitor}</a></li><li><a href="${site}${prefix}/logout.pl">${texts.frame.signOut}</a></li>`,
  ];
  return html`<nav aria-label="${texts.frame.navigation}"><ul>${links}</ul></nav>`;
}
