import {
  directoryUrl,
  directUrl,
  type FileQuery,
  fileUrl,
  isLinkQuery,
  pageEndpoints,
  parseFileLink,
  parseFileQuery,
  siteUrl,
  uploadUrl,
} from "@consigne/contract";
import {
  type Actor,
  type EdgeServices,
  FileArrivingError,
  isAccountActor,
  isDomainError,
  type LinkedFile,
  planInForce,
  type StoredFile,
} from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import { shownType } from "../../direct/preview-type.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import { blockedPage, damagedPage, freePage, linkPage, offlinePage } from "../../pages/file-pages.ts";
import { arrivingPage } from "../../pages/arriving-page.ts";
import { freeWaitPage } from "../../pages/free-wait-pages.ts";
import { homePage } from "../../pages/home-page.ts";
import { lineCell } from "../../pages/html.ts";
import type { Page } from "../../pages/layout.ts";
import { databasePage, scanPage } from "../../pages/notice-pages.ts";
import { linkStatePage } from "../../pages/link-state-pages.ts";
import type { PageContext } from "../../pages/page-context.ts";
import { prefersJson } from "../../wire/accept.ts";
import { type Caller, callerOf } from "../../wire/caller.ts";
import { showsKey } from "../../wire/credentials.ts";
import { answerOf, RequestError } from "../../wire/error-answer.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { languagePrefix, pageContextOf } from "../../wire/page-context.ts";
import { identifyVisitor } from "../../sessions/visitor.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { isSave, saveChoiceFor, saveLink } from "./save-link.ts";
import { queryParameters, rawQuery } from "../../wire/request-target.ts";
import { isSentByForeignPage, isVisit } from "../../wire/sending-page.ts";

interface LinkVisit {
  request: FastifyRequest;
  reply: FastifyReply;
  actor: Actor;
  caller: Caller;
  fileId: string;
  /** The request comes from a page of another site. */
  isForeign: boolean;
  options: ReadonlyMap<string, string>;
}

/**
 * `/?ID`: the public page of a file. Authenticated customers go straight to the bytes; everybody else sees the page,
 * and gets the link with its form. An unknown id is a 404 with a page: pyLoad reads it, JDownloader checks the status.
 */
export function addLinkPage(app: FastifyInstance, services: EdgeServices, settings: EdgeSettings): void {
  const pages = new LinkPages(services, settings);
  addPageRoute(app, pageEndpoints.filePage, (request, reply) => pages.answer(request, reply));
}

class LinkPages {
  readonly #services: EdgeServices;
  readonly #settings: EdgeSettings;

  constructor(services: EdgeServices, settings: EdgeSettings) {
    this.#services = services;
    this.#settings = settings;
  }

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const asked = parseFileQuery(rawQuery(request)) ?? fileOfHost(request);
    if (asked === undefined) return this.#answerWithoutFile(request, reply);
    const caller = callerOf(request, this.#settings);
    const isForeign = isSentByForeignPage(request, this.#settings);
    // A form on another site: its visitor gets ours instead, and the posted values are ignored.
    if (isForeign && request.method === "POST") return reply.redirect(fileUrl(caller.face, asked.id, 0), 303);
    const actor = await identifyVisitor(request, this.#services, this.#settings);
    const visit: LinkVisit = { request, reply, actor, caller, isForeign, fileId: asked.id, options: asked.options };
    // After a link on another site, a password would not be accepted: the page has its own link that asks for it.
    const mayAsk = asked.options.get("auth") === "1" && !isForeign;
    if (mayAsk && !isAccountActor(actor)) return this.#challenge(request, reply);
    try {
      return await this.#serve(visit);
    } catch (error) {
      const isFolders = isDomainError(error, "file-not-found") && (await this.#services.links.isOfFolder(asked.id));
      if (isFolders) return reply.redirect(directoryUrl(caller.face, asked.id), 302);
      if (prefersJson(request.headers.accept)) throw error;
      const context = this.#contextOf(visit);
      if (isDomainError(error, "file-not-found")) return sendPage(reply.code(404), context, offlinePage(context));
      if (isDomainError(error, "file-blocked")) return sendPage(reply.code(410), context, blockedPage(context));
      if (isDomainError(error, "file-damaged")) return sendPage(reply.code(503), context, damagedPage(context));
      if (error instanceof FileArrivingError) return this.#arrivingPage(visit, error);
      const refused = linkStatePage(context, error);
      if (refused !== undefined) return sendPage(reply.code(403), context, refused);
      const wait = freeWaitPage(context, error, siteUrl(caller.face, `/?${asked.id}`));
      if (wait !== undefined) return sendPage(this.#untilLater(visit, error), context, wait);
      throw error;
    }
  }

  /** `/` by itself is a page for people. No other request must mistake that page for success. */
  async #answerWithoutFile(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const isForProgram = showsKey(request) || prefersJson(request.headers.accept);
    if (isForProgram || (request.method === "POST" && !isLinkQuery(rawQuery(request)))) {
      throw new RequestError("endpointNotAvailable", "There is nothing at this URL; calls are below /v1.");
    }
    // The frame names the signed-in person, and links to their files.
    await identifyVisitor(request, this.#services, this.#settings);
    const context = pageContextOf(request, this.#settings);
    if (isLinkQuery(rawQuery(request))) return sendPage(reply.code(404), context, offlinePage(context));
    const notice = notices.get(queryParameters(request).get("c") ?? "");
    return sendPage(reply, context, notice?.(context) ?? this.#homePage(request, context));
  }

  /** Synology's module only sends its password when challenged. */
  #challenge(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const context = pageContextOf(request, this.#settings);
    reply.code(401).header("www-authenticate", 'Basic realm="Consigne", charset="UTF-8"');
    return sendPage(reply, context, this.#homePage(request, context));
  }

  #homePage(request: FastifyRequest, context: PageContext): Page {
    const { uploads } = this.#services;
    const { acceptsGuests, maxFileBytes } = uploads.rules;
    const { face } = callerOf(request, this.#settings);
    const upload = acceptsGuests ? { url: uploadUrl(face, uploads.offer().id), maxFileBytes } : undefined;
    return homePage(context, { upload });
  }

  /** Programs read a page that says when; somebody who asked for the bytes must not mistake it for them. */
  #untilLater({ reply, request, options }: LinkVisit, error: unknown): FastifyReply {
    const { status, retryAfterSeconds } = answerOf(error);
    if (retryAfterSeconds !== undefined) reply.header("retry-after", retryAfterSeconds);
    return reply.code(request.method !== "POST" && options.get("dl") === "1" ? status : 200);
  }

  /** A password given with this request would be required again, so the page does not reload by itself. */
  #arrivingPage(visit: LinkVisit, error: FileArrivingError): FastifyReply {
    const { status, retryAfterSeconds = 0 } = answerOf(error);
    const context = this.#contextOf(visit);
    const { percent, file, arrival } = error;
    const isAsked = (formFields(visit.request).get("pass") ?? "") !== "";
    const page = arrivingPage(context, {
      ...file,
      ...arrival,
      percent,
      fileUrl: siteUrl(visit.caller.face, `/?${visit.fileId}`),
      looksAgainAfterSeconds: isAsked ? undefined : retryAfterSeconds,
    });
    return sendPage(visit.reply.code(status).header("retry-after", retryAfterSeconds), context, page);
  }

  async #serve(visit: LinkVisit): Promise<FastifyReply> {
    const { request, actor } = visit;
    const isCustomer = this.#mayGoStraight(actor);
    const isStraight = visit.options.get("dl") === "1" && (!visit.isForeign || isVisit(request));
    const wantsMenu =
      visit.options.get("page") === "1" || (isAccountActor(actor) && actor.account.settings.showsDownloadMenu);
    if (request.method !== "POST" && !isStraight && (!isCustomer || wantsMenu)) return this.#freePage(visit, false);
    // Everything below makes a token row, even for HEAD: counted like a call.
    await this.#services.admission.admit(actor, { name: "link.open" });
    if (request.method === "POST") return this.#post(visit, isCustomer);
    try {
      const { url, file } = await this.#issue(visit, undefined);
      return isCustomer && visit.options.get("e") === "1"
        ? machineAnswer(visit, url, file)
        : visit.reply.redirect(url, 302);
    } catch (error) {
      // Somebody who asked for the file must not mistake a page for it.
      if (isStraight) visit.reply.code(403);
      if (isDomainError(error, "link-password-required")) return this.#freePage(visit, false);
      throw error;
    }
  }

  /** plowshare posts only the password and expects a redirect; a form posts more and gets the link page. */
  async #post(visit: LinkVisit, isCustomer: boolean): Promise<FastifyReply> {
    const form = formFields(visit.request);
    try {
      if (isSave(visit.request))
        return await saveLink(visit.request, visit.reply, visit, this.#services, this.#settings);
      const password = form.get("pass") ?? "";
      const isPasswordOnly = form.size === 1 && password !== "";
      const hasPage = !isCustomer && !isPasswordOnly;
      const { url, file, previewUrl } = await this.#issue(visit, password, { hasPreview: hasPage });
      if (!hasPage) return visit.reply.redirect(url, 302);
      const context = this.#contextOf(visit);
      // Browsers send this header on a secure connection; some programs follow an automatic redirect instead of reading
      // the page.
      const isInBrowser = visit.request.headers["sec-fetch-dest"] === "document";
      // If there is a preview too, the visitor has to choose.
      const beginsByItself = isInBrowser && previewUrl === undefined;
      const page = linkPage(context, { ...file, directUrl: url, previewUrl, beginsByItself });
      return sendPage(visit.reply, context, page);
    } catch (error) {
      if (isDomainError(error, "link-password-wrong") || isDomainError(error, "link-password-required"))
        return this.#freePage(visit, true);
      throw error;
    }
  }

  /** Straight to the bytes: with a paid plan, and a key whose scopes include downloads. */
  #mayGoStraight(actor: Actor): boolean {
    if (!isAccountActor(actor) || planInForce(actor.account, this.#settings.clock.now()).offer === 0) return false;
    return this.#services.admission.hasRight(actor, { area: "downloads", right: "read", isForCustomers: true });
  }

  /** @param hasPreview for a file with a password: the previous page could not have such a link yet */
  async #issue(
    visit: LinkVisit,
    password: string | undefined,
    { hasPreview = false } = {},
  ): Promise<{ url: string; file: StoredFile; previewUrl: string | undefined }> {
    const context = this.#contextOf(visit);
    const isInline = visit.options.get("inline") === "1" || formFields(visit.request).get("dlinline") === "on";
    const { admission, downloads } = this.#services;
    const { text, file, previewText } = await downloads.issueToken(admission.within(visit.actor, "downloads"), visit, {
      password,
      isPreviewed: (asked) =>
        hasPreview &&
        asked.link?.maxDownloads === undefined &&
        asked.passwordHash !== undefined &&
        isPreviewed(asked, context),
      signal: password === undefined ? undefined : callerGone(visit.request),
      isInline: isInline ? true : undefined,
    });
    const urlOf = (token: string) => directUrl(visit.caller.face, token, this.#settings.downloadUrl);
    return { url: urlOf(text), file, previewUrl: previewText === undefined ? undefined : urlOf(previewText) };
  }

  /** A protected link reveals neither name nor size before its password is given. */
  async #freePage(visit: LinkVisit, isPasswordWrong: boolean): Promise<FastifyReply> {
    const shown = await this.#whatIsOpen(visit);
    const context = this.#contextOf(visit);
    if (shown?.isBlocked === true) return sendPage(visit.reply.code(410), context, blockedPage(context));
    if (shown?.isDamaged === true) return sendPage(visit.reply.code(503), context, damagedPage(context));
    const fileUrl = siteUrl(visit.caller.face, `/?${visit.fileId}`);
    const { times } = this.#settings;
    const page = freePage(context, {
      id: visit.fileId,
      fileUrl,
      previewUrl:
        shown !== undefined && shown.link?.maxDownloads === undefined && isPreviewed(shown, context)
          ? `${fileUrl}&dl=1&inline=1`
          : undefined,
      qrPath: `/qr.pl?${visit.fileId}`,
      isOwn: isAccountActor(visit.actor) && visit.actor.account.id === shown?.accountId,
      file: shown && { ...shown, date: `${times.toWire(shown.createdAt)} ${times.zone}` },
      isPasswordWrong,
      save: await saveChoiceFor(visit.request, visit.actor, shown, this.#services),
      signInUrl: siteUrl(
        visit.caller.face,
        `${languagePrefix(visit.request)}/login.pl?next=${encodeURIComponent(`/?${visit.fileId}`)}`,
      ),
    });
    return sendPage(visit.reply, context, page);
  }

  #contextOf({ request }: LinkVisit): PageContext {
    return pageContextOf(request, this.#settings);
  }

  async #whatIsOpen(visit: LinkVisit): Promise<LinkedFile | undefined> {
    const actor = this.#services.admission.within(visit.actor, "files", "downloads");
    try {
      return (await this.#services.files.getDetails(actor, visit, undefined)).file;
    } catch (error) {
      if (isDomainError(error, "link-password-required")) return undefined;
      throw error;
    }
  }
}

/** Where 1fichier.com redirects when it cannot serve a file right now: clients know these addresses. */
/** A map, because callers choose the key. */
const notices: ReadonlyMap<string, (context: PageContext) => Page> = new Map([
  ["DB", databasePage],
  ["SCAN", scanPage],
]);

/** Only at an origin without anything of the site: there a file may do what it wants. */
function isPreviewed(file: StoredFile, { downloadUrl }: PageContext): boolean {
  return downloadUrl !== undefined && shownType(file, "download-origin") !== undefined;
}

/** The old form of a link, `http://ID.DOMAIN/`. */
function fileOfHost(request: FastifyRequest): FileQuery | undefined {
  const link = parseFileLink(`http://${request.host}/`);
  return link === undefined ? undefined : { id: link.id, options: new Map() };
}

function machineAnswer({ reply }: LinkVisit, url: string, file: StoredFile): FastifyReply {
  return reply.type("text/plain; charset=utf-8").send(`${url};${lineCell(file.name)};${file.sizeBytes}\n`);
}
