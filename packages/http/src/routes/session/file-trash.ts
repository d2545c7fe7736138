import { type EdgeServices, isDomainError, trashedPath } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import { type TrashListPage, trashListPage } from "../../pages/account/trash-page.ts";
import { formTokenOf } from "../../sessions/form-token.ts";
import type { SignedIn } from "../../sessions/visitor.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { momentText } from "../../pages/moments.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { queryParameters } from "../../wire/request-target.ts";

const PATH = "/console/files.pl";
const SHOWN = 100;

type Services = Pick<EdgeServices, "trash">;

/** The trash, for its owner in a browser without scripts. */
export class FileTrash {
  readonly #services: Services;
  readonly #settings: EdgeSettings;

  constructor(services: Services, settings: EdgeSettings) {
    this.#services = services;
    this.#settings = settings;
  }

  async show(request: FastifyRequest, reply: FastifyReply, actor: SignedIn): Promise<FastifyReply> {
    const { texts } = pageContextOf(request, this.#settings);
    const isDone = queryParameters(request).get("done") === "restored";
    return this.#page(request, reply, actor, isDone ? { kind: "good", text: texts.files.trash.restored } : undefined);
  }

  async restore(request: FastifyRequest, reply: FastifyReply, actor: SignedIn): Promise<FastifyReply> {
    const { texts, prefix } = pageContextOf(request, this.#settings);
    const [outcome] = await this.#services.trash.restore(
      actor,
      [idOf(formFields(request).get("id"))],
      callerGone(request),
    );
    if (outcome?.outcome === "done") return reply.redirect(`${prefix}${PATH}?trash=1&done=restored`, 303);
    const isGone = outcome !== undefined && isDomainError(outcome.error, "trash-entry-not-found");
    const text = isGone ? texts.files.gone : texts.files.trash.notRestored;
    return this.#page(request, reply.code(isGone ? 404 : 400), actor, { kind: "bad", text });
  }

  async #page(
    request: FastifyRequest,
    reply: FastifyReply,
    actor: SignedIn,
    notice: TrashListPage["notice"],
  ): Promise<FastifyReply> {
    const before = queryParameters(request).get("before");
    const beforeId = before === null ? undefined : idOf(before);
    const page = await this.#services.trash.list(actor, { beforeId, limit: SHOWN }, { signal: callerGone(request) });
    const context = pageContextOf(request, this.#settings);
    const time = (date: Date) => momentText(date, context.language, this.#settings.times);
    const shown = trashListPage(context, {
      formToken: formTokenOf(request) ?? "",
      days: page.days,
      total: { items: page.total.count, sizeBytes: page.total.sizeBytes },
      entries: page.entries.map((entry) => ({
        id: entry.id,
        name: entry.name,
        path: `/${trashedPath(actor, entry)
          .map((name) => `${name}/`)
          .join("")}`,
        sizeBytes: entry.sizeBytes,
        removed: time(entry.removedAt),
        ends: time(entry.endsAt),
      })),
      next: page.next,
      notice,
    });
    return sendPage(reply, context, shown);
  }
}

const idOf = (text: string | undefined): number => (text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0);
