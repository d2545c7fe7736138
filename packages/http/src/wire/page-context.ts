import { siteUrl } from "@consigne/contract";
import { isAccountActor } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import type { EdgeSettings } from "../edge-settings.ts";
import { chooseLanguage, LANGUAGE_COOKIE, type Language, languageOf, languages } from "../pages/languages.ts";
import type { PageContext } from "../pages/page-context.ts";
import { textsIn } from "../pages/texts/texts.ts";
import { cookieValues } from "./cookie-values.ts";
import { callerOf } from "./caller.ts";
import { formFields } from "./form-body.ts";
import { queryParameters, rawQuery } from "./request-target.ts";

const PREFIX = /^\/([a-z]{2})(?:[/?]|$)/;
/** Query parts that a link to the same page keeps: ids and switches, without spaces or punctuation. */
const PLAIN_TOKEN = /^(?!lg(?:=|$))[\w.-]{1,64}(?:=[\w.-]{0,64})?$/;
const MOST_TOKENS = 8;

/** What a page depends on: its language, the host it was requested on, who is signed in. */
export function pageContextOf(
  request: FastifyRequest,
  settings: Pick<EdgeSettings, "publicUrl" | "downloadUrl">,
): PageContext {
  const path = request.url.split("?", 1)[0] ?? "/";
  const { language, isNewChoice, prefix } = languageChoice(request);
  const { actor } = request;
  // A caller who authenticates with each request has no session that could end.
  const isSignedIn = actor !== undefined && isAccountActor(actor) && request.headers.authorization === undefined;
  const { face } = callerOf(request, settings);
  return {
    language,
    isNewChoice,
    texts: textsIn(language),
    prefix,
    site: siteUrl(face, ""),
    downloadUrl: face.kind === "native" ? settings.downloadUrl : undefined,
    switches: languages.filter((other) => other !== language).map((other) => switchTo(other, path, rawQuery(request))),
    visitor: isSignedIn ? actor.account.email : undefined,
  };
}

/** The path prefix for other pages of ours, so that they have this page's language. */
export const languagePrefix = (request: FastifyRequest): string => languageChoice(request).prefix;

function languageChoice(request: FastifyRequest): Pick<PageContext, "language" | "isNewChoice" | "prefix"> {
  const asked = queryParameters(request).get("lg") ?? undefined;
  const cookie = cookieValues(request.headers.cookie, LANGUAGE_COOKIE)[0];
  const language = chooseLanguage({
    parameter: asked ?? formFields(request).get("lg"),
    prefix: PREFIX.exec(request.url)?.[1],
    cookie,
  });
  const setsCookie = request.method === "GET" && !request.isAtDownloadOrigin;
  const isNewChoice = setsCookie && languageOf(asked) !== undefined && cookie !== language;
  const isKept = isNewChoice || language === (languageOf(cookie) ?? "en");
  return { language, isNewChoice, prefix: isKept ? "" : `/${language}` };
}

/**
 * Relative, and not to another file: in an upload report the first absolute link must be that of the first file. The id
 * of a link comes first, as clients and people know it.
 */
function switchTo(language: Language, path: string, query: string): PageContext["switches"][number] {
  const tokens = query.split("&", MOST_TOKENS).filter((token) => PLAIN_TOKEN.test(token));
  return { language, href: `${path}?${[...tokens, `lg=${language}`].join("&")}` };
}
