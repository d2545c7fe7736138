import { pageEndpoints } from "@consigne/contract";
import {
  AccountLeavingError,
  type EdgeServices,
  floodFigures,
  FloodLockedError,
  guest,
  isAccountActor,
  isDomainError,
  type NewSession,
} from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeLogger, EdgeSettings } from "../../edge-settings.ts";
import { minutesOf } from "../../pages/account/refusal-page.ts";
import { sessionEndText, type SignInFailure, signedInPage, signInPage } from "../../pages/account/sign-in-page.ts";
import type { PageContext } from "../../pages/page-context.ts";
import { momentText } from "../../pages/moments.ts";
import { ownPath } from "../../sessions/own-path.ts";
import { hasForeignSession, isCookieSecure, sessionTokenOf, setSessionCookie } from "../../sessions/session-cookie.ts";
import { sessionOfPage } from "../../sessions/session-credentials.ts";
import { identifySignedIn, type SignedIn } from "../../sessions/visitor.ts";
import { addressOf, publicUrlFor } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { languagePrefix, pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { isUnwritable } from "../../wire/page-refusal.ts";
import { beginRefusal } from "../../wire/refusal.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { consolePath } from "../console/console-use.ts";
import { isSentByForeignPage, tellsOfPage } from "../../wire/sending-page.ts";

/** For people, and if there is no console. */
const HOME = "/console/index.pl";

/** `/login.pl`, for people and for programs that post the fields of 1fichier.com. */
export function addLogin(
  app: FastifyInstance,
  services: Pick<EdgeServices, "admission" | "sessions">,
  settings: EdgeSettings,
  logger: EdgeLogger,
): void {
  const pages = new SignInPages(services, settings, logger);
  addPageRoute(app, pageEndpoints.login, (request, reply) => pages.answer(request, reply));
}

class SignInPages {
  readonly #services: Pick<EdgeServices, "admission" | "sessions">;
  readonly #settings: EdgeSettings;
  readonly #logger: EdgeLogger;

  constructor(services: Pick<EdgeServices, "admission" | "sessions">, settings: EdgeSettings, logger: EdgeLogger) {
    this.#services = services;
    this.#settings = settings;
    this.#logger = logger;
  }

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    // A form on another site, which would sign its visitor in to an account of the site's choice: the visitor gets ours
    // instead.
    if (request.method === "POST" && isSentByForeignPage(request, this.#settings)) {
      return reply.redirect(`${languagePrefix(request)}/login.pl`, 303);
    }
    return request.method === "POST" ? this.#signIn(request, reply) : this.#show(request, reply);
  }

  async #show(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const query = queryParameters(request);
    const next = ownPath(query.get("next"));
    const hasSignedIn = query.get("signed") === "1";
    try {
      const actor = await identifySignedIn(request, this.#services, this.#settings);
      const context = pageContextOf(request, this.#settings);
      if (actor !== undefined) {
        if (hasSignedIn) return reply.redirect(next ?? (await this.#home(request)), 303);
        return sendPage(reply, context, signedInPage(context, { email: actor.account.email }));
      }
      const failure = this.#cookieFailure(request, context, hasSignedIn);
      const notice = failure === undefined ? await this.#endOf(request, context) : undefined;
      return sendPage(reply, context, signInPage(context, { next, email: "", failure, notice }));
    } catch (error) {
      return this.#showFailure(request, reply, error, { next, email: "" });
    }
  }

  /** A browser that drops the cookie reports nothing, and its user would see the form again and again. */
  #cookieFailure(request: FastifyRequest, { texts }: PageContext, hasSignedIn: boolean): SignInFailure | undefined {
    const { needsTls, needsTlsLink, noCookie, otherCookie } = texts.account.signIn;
    // On a secure connection browsers send this header, even if a proxy in front does not tell us about its TLS.
    const isSafe = request.protocol === "https" || request.headers["sec-fetch-site"] !== undefined;
    if (!isSafe && isCookieSecure(request, this.#settings)) {
      const url = publicUrlFor(request, this.#settings);
      return { text: needsTls(url), link: { href: `${url}/login.pl`, text: needsTlsLink } };
    }
    if (hasForeignSession(request)) return { text: otherCookie };
    return hasSignedIn && sessionTokenOf(request) === undefined ? { text: noCookie } : undefined;
  }

  /**
   * Says why this browser is no longer signed in. Only the token of its old session finds the reason: a made-up one
   * gets the answer for a session that ended long ago, so nobody learns anything about other people's sessions.
   */
  async #endOf(request: FastifyRequest, context: PageContext): Promise<string | undefined> {
    const credentials = sessionOfPage(request, this.#settings);
    if (credentials?.kind !== "session") return undefined;
    return sessionEndText(context, await this.#services.sessions.findEnd(credentials.token));
  }

  async #signIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = formFields(request);
    const next = ownPath(form.get("next") ?? queryParameters(request).get("next"));
    try {
      const email = await this.#begin(request, reply, form);
      if (tellsOfPage(request)) return reply.redirect(`${languagePrefix(request)}${afterSignIn(next)}`, 303);
      const context = pageContextOf(request, this.#settings);
      return sendPage(reply, context, signedInPage(context, { email }));
    } catch (error) {
      return this.#showFailure(request, reply, error, { next, email: form.get("mail") ?? "" });
    }
  }

  /** The console itself redirects browsers without scripts, and keeps the language of this page. */
  async #home(request: FastifyRequest): Promise<string> {
    const context = pageContextOf(request, this.#settings);
    if ((await this.#settings.console?.page()) === undefined) return `${context.prefix}${HOME}`;
    return consolePath(context);
  }

  #showFailure(
    request: FastifyRequest,
    reply: FastifyReply,
    error: unknown,
    shown: { next: string | undefined; email: string },
  ): FastifyReply {
    const context = pageContextOf(request, this.#settings);
    const failure = this.#failureOf(error, context);
    if (failure === undefined) throw error;
    beginRefusal(error, request, reply, { logger: this.#logger, failure: "sign-in failed" });
    return sendPage(reply, context, signInPage(context, { ...shown, failure }));
  }

  /** A new token every time: an earlier one, whoever set it, becomes worthless. */
  async #begin(request: FastifyRequest, reply: FastifyReply, form: ReadonlyMap<string, string>): Promise<string> {
    const { admission, sessions } = this.#services;
    const address = addressOf(request);
    const credentials = { kind: "password", email: form.get("mail") ?? "", password: form.get("pass") ?? "" } as const;
    await admission.admit(guest(address), { name: "session.login" });
    const before = await identifySignedIn(request, this.#services, this.#settings);
    const actor = await admission.identify(credentials, address, "uploads and pages", callerGone(request));
    if (!isAccountActor(actor)) throw new TypeError("A password proves an account or nothing.");
    const { session, token } = await sessions.begin(actor, this.#optionsOf(request, form));
    if (before !== undefined) await endQuietly(sessions, before);
    setSessionCookie(reply, request, this.#settings, { token, life: session.life });
    request.actor = actor;
    return actor.account.email;
  }

  #optionsOf(request: FastifyRequest, form: ReadonlyMap<string, string>): NewSession {
    return {
      life: isOn(form.get("lt")) ? "long" : "short",
      endsOthers: isOn(form.get("purge")),
      isBound: isOn(form.get("restrict")),
      // Undefined for programs: they request the page that they can parse, whatever language their user reads.
      language: tellsOfPage(request) ? pageContextOf(request, this.#settings).language : undefined,
      userAgent: request.headers["user-agent"] ?? "",
    };
  }

  /** Undefined if the server or the request is at fault. */
  #failureOf(error: unknown, { texts, language }: PageContext): SignInFailure | undefined {
    const { signIn } = texts.account;
    if (error instanceof FloodLockedError) {
      // Whatever the lock is for: for this text JDownloader waits, for any other it marks the account as invalid.
      const { figures } = this.#services.admission.profile;
      const { guesses, failureWindowMs } = figures ?? floodFigures.friendly;
      const text = signIn.tooMany(guesses, minutesOf(failureWindowMs));
      return { text, advice: signIn.wait(minutesOf(error.retryAfterMs)) };
    }
    if (isDomainError(error, "unknown-credentials")) return { text: signIn.wrong, advice: signIn.wrongAdvice };
    if (isUnwritable(error)) return { text: signIn.unwritable, advice: signIn.lockedAdvice };
    if (error instanceof AccountLeavingError) {
      const time = momentText(error.removesAt, language, this.#settings.times);
      return { text: signIn.locked, advice: signIn.leavingAdvice(time) };
    }
    if (isDomainError(error, "account-locked")) return { text: signIn.locked, advice: signIn.lockedAdvice };
    return isDomainError(error, "too-busy") ? { text: signIn.busy, advice: signIn.busyAdvice } : undefined;
  }
}

const isOn = (value: string | undefined): boolean => value === "on";

/** Back to the form, which checks whether the browser sent the cookie. */
function afterSignIn(next: string | undefined): string {
  return `/login.pl?signed=1${next === undefined ? "" : `&next=${encodeURIComponent(next)}`}`;
}

async function endQuietly(sessions: Pick<EdgeServices["sessions"], "end">, before: SignedIn): Promise<void> {
  try {
    await sessions.end(before, before.session.id);
  } catch (error) {
    // It had ended with the others, or with its account.
    if (!isDomainError(error, "unknown-credentials") && !isDomainError(error, "session-not-found")) throw error;
  }
}
