import { fileUrl, pageEndpoints } from "@consigne/contract";
import {
  type AccountActor,
  DomainError,
  type DomainErrorCode,
  type EdgeServices,
  type FetchSentences,
  inSentences,
  isDomainError,
  isSourceAddress,
  MOST_REMOTE_URLS,
  type RemoteItemNow,
  remoteStateOf,
} from "@consigne/core";
import type { FastifyReply } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import { type RemotePage, remotePage, type ShownRemoteItem } from "../../pages/account/remote-page.ts";
import type { Texts } from "../../pages/texts/texts.ts";
import { formTokenOf } from "../../sessions/form-token.ts";
import { isAccountLink, refuseAccountLinks } from "../../wire/account-links.ts";
import { callerOf } from "../../wire/caller.ts";
import { answerOf } from "../../wire/error-answer.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { languagePrefix } from "../../wire/page-context.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { shownImports } from "./shown-imports.ts";
import { type ConsoleCalls, type ConsoleVisit, folderReferenceOf } from "./console-calls.ts";

type Services = Pick<EdgeServices, "remoteUploads" | "imports" | "folders">;
type Failure = keyof Texts["console"]["remote"]["failures"];

const MOST_REQUESTS = 100;
const MOST_ENDED = 200;
const MOST_FOLDERS = 250;
/** The part of an address that is shown: people recognize it by less, and escaping may turn one character into six. */
const SHOWN_CHARACTERS = 500;

/** Failures that programs and people are told; everything else is refused as on every page. */
const failures: ReadonlyMap<DomainErrorCode, Failure> = new Map([
  ["bad-argument", "address"],
  ["folder-not-found", "folder"],
  ["remote-upload-not-found", "gone"],
  ["too-many-remote-uploads", "full"],
]);

/** `remote.pl`: for scrapers, which post `links` and `did`, and for people, whose forms say what they `do`. */
export function addRemoteCall(calls: ConsoleCalls, services: Services, settings: EdgeSettings): void {
  const pages = new RemotePages(services, settings);
  calls.add({
    page: pageEndpoints.consoleRemote,
    operation: "console.remote",
    needs: { area: "remote", right: "read" },
    handle: (visit) => (visit.request.method === "POST" ? pages.take(visit) : pages.show(visit)),
  });
}

const idOf = (text: string | null | undefined): number | undefined => {
  const [digits] = /^\d{1,15}$/.exec(text ?? "") ?? [];
  return digits === undefined ? undefined : Number(digits);
};

const beginningOf = (url: string): string =>
  url.length > SHOWN_CHARACTERS ? `${url.slice(0, SHOWN_CHARACTERS).toWellFormed()}…` : url;

/** Programs look for some of these words; people are also told what to change. */
function failureText({ context }: ConsoleVisit, failure: Failure, form: ReturnType<typeof formFields>): string {
  const { failures: said, notAnAddress, accountLink, tooMany } = context.texts.console.remote;
  if (failure !== "address") return said[failure];
  const asked = form.get("do");
  if (asked === "retry" || asked === "importRetry") return said[asked];
  if (asked === undefined) return said.address;
  const lines = linesOf(form);
  const wrong = lines.findIndex((line) => !isSourceAddress(line));
  if (wrong !== -1) return notAnAddress(wrong + 1);
  const link = lines.findIndex(isAccountLink);
  if (link !== -1) return accountLink(link + 1);
  return lines.length > MOST_REMOTE_URLS ? tooMany(MOST_REMOTE_URLS) : said.address;
}

function linesOf(form: ReturnType<typeof formFields>): string[] {
  return (form.get("links") ?? "").split(/[\r\n]+/).filter((line) => line.trim() !== "");
}

class RemotePages {
  readonly #services: Services;
  readonly #settings: EdgeSettings;

  constructor(services: Services, settings: EdgeSettings) {
    this.#services = services;
    this.#settings = settings;
  }

  show(visit: ConsoleVisit): Promise<FastifyReply> {
    const { done } = visit.context.texts.console.remote;
    const name = queryParameters(visit.request).get("done") ?? "";
    const text = Object.hasOwn(done, name) ? done[name as keyof typeof done] : undefined;
    return this.#send(visit, text === undefined ? undefined : { kind: "good", text }, { links: [], did: "" });
  }

  async take(visit: ConsoleVisit): Promise<FastifyReply | string> {
    const { request, reply, context } = visit;
    const form = formFields(request);
    const asked = form.get("do");
    const given = { links: linesOf(form), did: form.get("did") ?? "" };
    try {
      const count = await this.#do(visit.actor, asked, form);
      if (asked === undefined) return context.texts.console.remote.added(count);
      return reply.redirect(`${languagePrefix(request)}/console/remote.pl?done=${asked}`, 303);
    } catch (error) {
      const failure = isDomainError(error) ? failures.get(error.code) : undefined;
      if (failure === undefined) throw error;
      reply.code(answerOf(error).status);
      const text = failureText(visit, failure, form);
      return asked === undefined ? text : this.#send(visit, { kind: "bad", text }, given);
    }
  }

  async #do(actor: AccountActor, what: string | undefined, form: ReturnType<typeof formFields>): Promise<number> {
    const { remoteUploads } = this.#services;
    if (what === "cancel" || what === "retry") {
      const id = idOf(form.get("id"));
      if (id === undefined) throw new DomainError("remote-upload-not-found", "There is no such remote upload.");
      const itemId = form.get("item");
      if (what === "cancel") await remoteUploads.cancel(actor, id, itemId);
      else await remoteUploads.retry(actor, id, { itemId });
      return 1;
    }
    if (what === "importCancel" || what === "importRetry") return this.#doImport(actor, what, form);
    const urls = linesOf(form);
    refuseAccountLinks(urls);
    const { items } = await remoteUploads.order(actor, {
      urls,
      folder: folderReferenceOf(form.get("did")),
      headers: [],
    });
    return items.length;
  }

  async #doImport(
    actor: AccountActor,
    what: "importCancel" | "importRetry",
    form: ReturnType<typeof formFields>,
  ): Promise<number> {
    const { imports } = this.#services;
    const id = idOf(form.get("id"));
    if (id === undefined) throw new DomainError("remote-upload-not-found", "There is no such import.");
    if (what === "importCancel") await imports.cancel(actor, id);
    else {
      const [apiKey, password] = [form.get("source_key")?.trim(), form.get("pass")];
      await imports.retry(actor, id, { apiKey: apiKey || undefined, password: password || undefined });
    }
    return 1;
  }

  async #send(
    { request, reply, actor, context }: ConsoleVisit,
    notice: RemotePage["notice"],
    given: RemotePage["given"],
  ): Promise<FastifyReply> {
    const { remoteUploads, folders } = this.#services;
    const before = idOf(queryParameters(request).get("before"));
    const { uploads, next } = await remoteUploads.listDetails(actor, { before, limit: MOST_REQUESTS });
    const { face } = callerOf(request, this.#settings);
    const all = uploads.flatMap(({ items }) => items);
    const queued = all.filter(({ item }) => item.end === undefined);
    const ended = all.filter(({ item }) => item.end !== undefined);
    const { fetched } = context.texts.console.remote;
    const shown = (now: RemoteItemNow) => this.#shown(now, fetched, (id) => fileUrl(face, id, 0));
    const token = actor.session === undefined ? undefined : formTokenOf(request);
    const children = token === undefined ? [] : (await folders.list(actor, "root")).children.first;
    return sendPage(
      reply,
      context,
      remotePage(context, {
        queued: queued.map(shown),
        ended: ended.slice(0, MOST_ENDED).map(shown),
        isCut: ended.length > MOST_ENDED,
        older: next,
        imports: before === undefined ? await shownImports(this.#services, this.#settings, actor, fetched) : [],
        forms: token === undefined ? undefined : { token, folders: children.slice(0, MOST_FOLDERS) },
        notice,
        given,
      }),
    );
  }

  #shown(now: RemoteItemNow, sentences: FetchSentences, linkOf: (fileId: string) => string): ShownRemoteItem {
    const { item, job } = now;
    const { end } = item;
    return {
      requestId: item.requestId,
      id: item.id,
      url: beginningOf(item.url),
      state: remoteStateOf(now),
      receivedBytes: job?.progress?.done,
      totalBytes: job?.progress?.total,
      nextAt: job === undefined ? undefined : this.#settings.times.toWire(job.runAt),
      file: end?.state === "done" ? { url: linkOf(end.fileId), name: end.fileName } : undefined,
      message: inSentences(sentences, end?.messages ?? item.trouble),
      hasCredentials: item.hasCredentials,
    };
  }
}
