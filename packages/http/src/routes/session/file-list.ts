import { fileUrl, pageEndpoints, uploadUrl } from "@consigne/contract";
import {
  DomainError,
  type DomainErrorCode,
  type EdgeServices,
  type FolderListing,
  isDomainError,
} from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import { type FileListPage, fileListPage, removalAskPage } from "../../pages/account/file-list-page.ts";
import { offlinePage } from "../../pages/file-pages.ts";
import type { Texts } from "../../pages/texts/texts.ts";
import { momentText } from "../../pages/moments.ts";
import { formTokenOf, requireOwnForm } from "../../sessions/form-token.ts";
import { identifySignedIn, redirectToSignIn, type SignedIn } from "../../sessions/visitor.ts";
import { callerOf } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { consoleNeeds, consolePageFor, consolePath } from "../console/console-use.ts";
import { FileEdits, isFileEdit } from "./file-edit.ts";
import { FileTrash } from "./file-trash.ts";

const PATH = "/console/files.pl";
const MOST_SHOWN = 250;

type Services = Pick<EdgeServices, "admission" | "files" | "folders" | "uploads" | "trash">;
type NoticeText = Extract<
  keyof Texts["files"],
  "doneSaved" | `doneFolder${"" | "Removed" | "Renamed" | "Moved"}` | "doneRemoved"
>;

const doneTexts: ReadonlyMap<string, NoticeText> = new Map([
  ["saved", "doneSaved"],
  ["folder", "doneFolder"],
  ["removed", "doneRemoved"],
  ["folder-removed", "doneFolderRemoved"],
  ["folder-renamed", "doneFolderRenamed"],
  ["folder-moved", "doneFolderMoved"],
]);
/** Errors that people can correct, shown on the same page. */
const failureTexts: ReadonlyMap<DomainErrorCode, "badName" | "folderExists" | "notEmpty" | "noTarget" | "tooMany"> =
  new Map([
    ["folder-cycle", "noTarget"],
    ["root-folder-protected", "noTarget"],
    ["bad-name", "badName"],
    ["folder-exists", "folderExists"],
    ["folder-not-empty", "notEmpty"],
    ["folder-too-deep", "tooMany"],
    ["quota-exceeded", "tooMany"],
  ]);

/** Folders and files of the signed-in person, for every browser. */
export function addFileList(app: FastifyInstance, services: Services, settings: EdgeSettings): void {
  const pages = new FileListPages(services, settings);
  addPageRoute(app, pageEndpoints.consoleFiles, (request, reply) => pages.answer(request, reply));
}

class FileListPages {
  readonly #services: Services;
  readonly #settings: EdgeSettings;
  readonly #edits: FileEdits;
  readonly #trash: FileTrash;

  constructor(services: Services, settings: EdgeSettings) {
    this.#services = services;
    this.#settings = settings;
    this.#edits = new FileEdits(services, settings);
    this.#trash = new FileTrash(services, settings);
  }

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const isForm = request.method === "POST";
    if (isForm) requireOwnForm(request, this.#settings, { isForPeople: true });
    const actor = await identifySignedIn(request, this.#services, this.#settings);
    if (actor === undefined) return redirectToSignIn(request, reply);
    await this.#services.admission.admit(actor, { name: "console.files" });
    try {
      return isForm ? await this.#act(request, reply, actor) : await this.#show(request, reply, actor);
    } catch (error) {
      // The session ended after the form was opened.
      if (isDomainError(error, "unknown-credentials")) return redirectToSignIn(request, reply);
      if (!isDomainError(error, "folder-not-found") && !isDomainError(error, "file-not-found")) throw error;
      const context = pageContextOf(request, this.#settings);
      return sendPage(reply.code(404), context, offlinePage(context));
    }
  }

  async #show(request: FastifyRequest, reply: FastifyReply, actor: SignedIn): Promise<FastifyReply> {
    const query = queryParameters(request);
    const [shownId, fileId, removedFolderId, editedId] = ["dir_id", "remove", "rmdir", "edit"].map(
      (name) => query.get(name) ?? undefined,
    );
    if (query.has("trash")) return this.#trash.show(request, reply, actor);
    if (editedId !== undefined) return this.#edits.show(request, reply, actor, editedId);
    const folderId = idOf(shownId);
    const context = pageContextOf(request, this.#settings);
    const trashDays = this.#services.trash.daysOf(actor.account);
    const asked = { formToken: formTokenOf(request) ?? "", folderId, trashDays };
    if (fileId !== undefined) {
      const { file, place } = await this.#services.files.getDetails(actor, { fileId }, undefined);
      // The holder of a link may see the file. Only its owner is asked.
      if (place === undefined)
        throw new DomainError("file-not-found", "There is no such file, or you have no access to it.");
      return sendPage(reply, context, removalAskPage(context, { ...asked, kind: "file", id: fileId, name: file.name }));
    }
    if (removedFolderId !== undefined) {
      const { folder } = await this.#services.folders.list(actor, referenceOf(idOf(removedFolderId)));
      const question = { ...asked, kind: "folder", id: removedFolderId, name: folder.name } as const;
      return sendPage(reply, context, removalAskPage(context, question));
    }
    const done = doneTexts.get(query.get("done") ?? "");
    const notice = done === undefined ? undefined : ({ kind: "good", text: context.texts.files[done] } as const);
    return this.#list(request, reply, actor, folderId, notice);
  }

  async #act(request: FastifyRequest, reply: FastifyReply, actor: SignedIn): Promise<FastifyReply> {
    const form = formFields(request);
    const action = form.get("do");
    if (action === "restore") return this.#trash.restore(request, reply, actor);
    if (isFileEdit(action)) return this.#edits.act(request, reply, actor, action);
    const folderId = idOf(form.get("dir_id"));
    const { texts: all, prefix } = pageContextOf(request, this.#settings);
    const texts = all.files;
    const { files, folders } = this.#services;
    const refuse = (text: string) => this.#list(request, reply.code(400), actor, folderId, { kind: "bad", text });
    const goBack = (done: string) =>
      reply.redirect(`${prefix}${PATH}?${folderId === 0 ? "" : `dir_id=${folderId}&`}done=${done}`, 303);
    try {
      switch (action) {
        case "mkdir":
          // A name of spaces only would give an invisible link; programs may still make such a folder.
          await folders.create(actor, referenceOf(folderId), (form.get("name") ?? "").trim());
          return goBack("folder");
        case "rmdir":
          await folders.remove(actor, idOf(form.get("id")));
          return goBack("folder-removed");
        case "rename-folder":
          await folders.move(actor, referenceOf(folderId), { name: (form.get("name") ?? "").trim() });
          return goBack("folder-renamed");
        case "move-folder":
          await folders.move(actor, referenceOf(folderId), { parent: referenceOf(idOf(form.get("to"))) });
          return goBack("folder-moved");
        case "remove":
          await files.remove(actor, [{ reference: { fileId: form.get("id") ?? "" } }]);
          return goBack("removed");
        default:
          return await refuse(texts.unknownForm);
      }
    } catch (error) {
      const text = isDomainError(error) ? failureTexts.get(error.code) : undefined;
      if (text === undefined) throw error;
      return refuse(texts[text]);
    }
  }

  async #list(
    request: FastifyRequest,
    reply: FastifyReply,
    actor: SignedIn,
    folderId: number,
    notice: FileListPage["notice"],
  ): Promise<FastifyReply> {
    const { files, folders, uploads } = this.#services;
    const { face } = callerOf(request, this.#settings);
    const context = pageContextOf(request, this.#settings);
    const listing = await folders.list(actor, referenceOf(folderId));
    const { folder, isRoot, children } = listing;
    const listed = await files.list(actor, referenceOf(folderId), {});
    const hasConsole = (await consolePageFor(actor, request, this.#services, this.#settings)) !== undefined;
    const page = fileListPage(context, {
      formToken: formTokenOf(request) ?? "",
      consoleUrl: hasConsole ? consolePath(context) : undefined,
      isWithoutApi: !this.#services.admission.hasRight(actor, consoleNeeds),
      folderId: isRoot ? 0 : folder.id,
      folderName: isRoot ? undefined : folder.name,
      parentId: folder.parentId === actor.rootFolderId ? 0 : folder.parentId,
      folders: children.first
        .slice(0, MOST_SHOWN)
        .map(({ id, name, createdAt }) => ({ id, name, date: this.#settings.times.toWire(createdAt) })),
      targets: isRoot ? [] : await this.#targetsOf(actor, listing, context.texts.files.root),
      files: listed.first.slice(0, MOST_SHOWN).map((file) => ({
        id: file.id,
        name: file.name,
        url: fileUrl(face, file.id, file.domain),
        sizeBytes: file.sizeBytes,
        date: this.#settings.times.toWire(file.createdAt),
        uploaded: momentText(file.createdAt, context.language, this.#settings.times),
        isDamaged: file.isDamaged,
        isBlocked: file.isBlocked,
      })),
      fileCount: listed.count,
      uploadUrl: uploadUrl(face, uploads.offer().id),
      maxFileBytes: uploads.rules.maxFileBytes,
      notice,
    });
    return sendPage(reply, context, page);
  }

  /** The root and its subfolders, and the siblings: step by step a folder can be moved anywhere. */
  async #targetsOf(actor: SignedIn, { folder }: FolderListing, rootName: string): Promise<FileListPage["targets"]> {
    const { folders } = this.#services;
    const { id: ownId, parentId } = folder;
    const top = await folders.list(actor, "root");
    const offered = new Map(top.children.first.map(({ id, name }) => [id, `/${name}`]));
    if (parentId !== undefined && parentId !== top.folder.id) {
      const beside = await folders.list(actor, parentId);
      for (const { id, name } of beside.children.first) offered.set(id, `${beside.folder.name}/${name}`);
      offered.set(0, rootName);
    }
    offered.delete(ownId);
    if (parentId !== undefined) offered.delete(parentId);
    return [...offered].map(([id, name]) => ({ id, name })).slice(0, MOST_SHOWN);
  }
}

/** 0, which clients use for the root, for anything that is not an id. */
function idOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

const referenceOf = (id: number): number | "root" => (id === 0 ? "root" : id);
