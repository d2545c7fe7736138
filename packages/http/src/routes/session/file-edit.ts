import { fileUrl } from "@consigne/contract";
import { ArgumentError, DomainError, type DomainErrorCode, type EdgeServices, isDomainError } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import { type FileEditPage, fileEditPage } from "../../pages/account/file-edit-page.ts";
import type { Texts } from "../../pages/texts/texts.ts";
import { formTokenOf } from "../../sessions/form-token.ts";
import type { SignedIn } from "../../sessions/visitor.ts";
import { callerOf } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { folderReferenceOf } from "../console/console-calls.ts";

const PATH = "/console/files.pl";
/** The most folders offered for moving a file. */
const MOST_OFFERED = 250;

type Services = Pick<EdgeServices, "files" | "folders">;
type EditTexts = Texts["files"]["edit"];
type EditText = { [Name in keyof EditTexts]: EditTexts[Name] extends string ? Name : never }[keyof EditTexts];

const actions = ["rename", "move", "password", "no-password"] as const;
type Action = (typeof actions)[number];

const doneTexts: ReadonlyMap<string, EditText> = new Map([
  ["rename", "doneRenamed"],
  ["move", "doneMoved"],
  ["password", "donePassword"],
  ["no-password", "doneNoPassword"],
]);
/** Errors that people can correct, shown on the same page. */
const failureTexts: Readonly<Record<Action, ReadonlyMap<DomainErrorCode, EditText>>> = {
  rename: new Map([
    ["bad-name", "badName"],
    ["nothing-renamed", "sameName"],
  ]),
  move: new Map([["folder-not-found", "noFolder"]]),
  password: new Map([["bad-argument", "badPassword"]]),
  "no-password": new Map(),
};

export const isFileEdit = (action: string | undefined): action is Action => actions.some((each) => each === action);

/** Name, folder and link password of one file, for its owner in a browser without scripts. */
export class FileEdits {
  readonly #services: Services;
  readonly #settings: EdgeSettings;

  constructor(services: Services, settings: EdgeSettings) {
    this.#services = services;
    this.#settings = settings;
  }

  async show(request: FastifyRequest, reply: FastifyReply, actor: SignedIn, fileId: string): Promise<FastifyReply> {
    const done = doneTexts.get(queryParameters(request).get("done") ?? "");
    return this.#page(request, reply, actor, fileId, done === undefined ? undefined : { kind: "good", text: done });
  }

  async act(request: FastifyRequest, reply: FastifyReply, actor: SignedIn, action: Action): Promise<FastifyReply> {
    const fileId = formFields(request).get("id") ?? "";
    try {
      await this.#change(request, actor, action, fileId);
    } catch (error) {
      const text = isDomainError(error) ? failureTexts[action].get(error.code) : undefined;
      if (text === undefined) throw error;
      return this.#page(request, reply.code(400), actor, fileId, { kind: "bad", text });
    }
    const { prefix } = pageContextOf(request, this.#settings);
    return reply.redirect(`${prefix}${PATH}?edit=${fileId}&done=${action}`, 303);
  }

  async #change(request: FastifyRequest, actor: SignedIn, action: Action, fileId: string): Promise<void> {
    const form = formFields(request);
    const { files } = this.#services;
    const signal = callerGone(request);
    switch (action) {
      case "rename":
        await files.rename(actor, [{ reference: { fileId }, name: form.get("name") ?? "" }], signal);
        return;
      case "move":
        await files.move(actor, [{ fileId }], folderReferenceOf(form.get("to")), { signal });
        return;
      case "password": {
        const password = form.get("pass") ?? "";
        // An empty one would remove the password, which has a form of its own.
        if (password === "") throw new ArgumentError("link-password-too-short", "A link password cannot be empty.");
        await files.changeAttributes(actor, [{ fileId }], { password }, signal);
        return;
      }
      case "no-password":
        await files.changeAttributes(actor, [{ fileId }], { password: "" }, signal);
        return;
    }
  }

  async #page(
    request: FastifyRequest,
    reply: FastifyReply,
    actor: SignedIn,
    fileId: string,
    notice: { kind: "good" | "bad"; text: EditText } | undefined,
  ): Promise<FastifyReply> {
    const { file, place } = await this.#services.files.getDetails(actor, { fileId }, undefined);
    // Others see the file too; here they would find forms that do nothing for them.
    if (place === undefined)
      throw new DomainError("file-not-found", "There is no such file, or you have no access to it.");
    const context = pageContextOf(request, this.#settings);
    const { face } = callerOf(request, this.#settings);
    const page = fileEditPage(context, {
      formToken: formTokenOf(request) ?? "",
      id: file.id,
      name: file.name,
      url: fileUrl(face, file.id, file.domain),
      hasPassword: file.passwordHash !== undefined,
      folderId: place.isRoot ? 0 : place.folderId,
      folders: await this.#foldersNear(actor, place, context.texts.files.root),
      notice: notice && { kind: notice.kind, text: context.texts.files.edit[notice.text] },
    });
    return sendPage(reply, context, page);
  }

  /**
   * The root and its subfolders, the parent, the siblings and the subfolders: step by step a file can be moved
   * anywhere.
   */
  async #foldersNear(
    actor: SignedIn,
    { folderId, isRoot, path }: { folderId: number; isRoot: boolean; path: readonly string[] },
    rootName: string,
  ): Promise<FileEditPage["folders"]> {
    const { folders } = this.#services;
    const top = await folders.list(actor, "root");
    const offered = new Map(top.children.first.map(({ id, name }) => [id, `/${name}`]));
    if (!isRoot) {
      const { folder, children } = await folders.list(actor, folderId);
      for (const { id, name } of children.first) offered.set(id, `/${[...path, name].join("/")}`);
      const { parentId } = folder;
      if (parentId !== undefined && parentId !== actor.rootFolderId) {
        const above = await folders.list(actor, parentId);
        offered.set(parentId, `/${path.slice(0, -1).join("/")}`);
        for (const { id, name } of above.children.first) offered.set(id, `/${[...path.slice(0, -1), name].join("/")}`);
      }
    }
    offered.delete(folderId);
    const others = [...offered].map(([id, name]) => ({ id, name })).slice(0, MOST_OFFERED);
    return isRoot ? others : [{ id: 0, name: rootName }, ...others];
  }
}
