import type { FastifyReply } from "fastify";
import { LANGUAGE_COOKIE } from "../pages/languages.ts";
import { type Page, renderPage } from "../pages/layout.ts";
import type { PageContext } from "../pages/page-context.ts";
import { pageSecurityPolicy } from "../pages/security-policy.ts";

export const PAGE_TYPE = "text/html; charset=utf-8";

/** Sends one of our pages: no scripts, no framing, nothing from elsewhere. */
export function sendPage(reply: FastifyReply, context: PageContext, page: Page): FastifyReply {
  return sendPageText(reply, context, renderPage(context, page));
}

/** The same for a page that is already rendered. */
export function sendPageText(reply: FastifyReply, context: PageContext, text: string): FastifyReply {
  return withPageHeaders(reply, context).type(PAGE_TYPE).send(text);
}

/** Headers of every page, whatever its format. */
export function withPageHeaders(reply: FastifyReply, context: PageContext): FastifyReply {
  if (context.isNewChoice) reply.header("set-cookie", languageCookie(context));
  return reply
    .header("content-security-policy", pageSecurityPolicy(context))
    .header("content-language", context.language);
}

const YEAR_SECONDS = 365 * 24 * 3600;

function languageCookie({ language, site }: PageContext): string {
  const secure = site.startsWith("https:") ? "; Secure" : "";
  return `${LANGUAGE_COOKIE}=${language}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
}
