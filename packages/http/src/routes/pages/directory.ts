import { archiveUrl, directoryUrl, type Face, fileUrl, pageEndpoints } from "@consigne/contract";
import {
  type DoorServices,
  guest,
  isDomainError,
  type ListedFile,
  type Listing,
  type SharedFolder,
} from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import {
  directoryLineChunks,
  directoryPageChunks,
  directoryPasswordPage,
  noFolderPage,
} from "../../pages/directory-pages.ts";
import { freeWaitPage } from "../../pages/free-wait-pages.ts";
import { linkStatePage } from "../../pages/link-state-pages.ts";
import type { PageContext } from "../../pages/page-context.ts";
import { prefersJson } from "../../wire/accept.ts";
import { callerOf } from "../../wire/caller.ts";
import { answerOf } from "../../wire/error-answer.ts";
import { letForeignPagesRead } from "../../wire/foreign-pages.ts";
import { identifyVisitor } from "../../sessions/visitor.ts";
import { formFields } from "../../wire/form-body.ts";
import { JSON_TYPE } from "../../wire/json-endpoint.ts";
import { jsonChunks } from "../../wire/json-text.ts";
import type { ListingAnswers } from "../../wire/listing-answers.ts";
import { PAGE_TYPE, sendPage, withPageHeaders } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { wholeText } from "../../wire/send-chunks.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { isSentByForeignPage, refuseUnseenByForeignPage } from "../../wire/sending-page.ts";

type DirectoryRequest = FastifyRequest<{ Params: { id: string } }>;

/**
 * `/dir/ID`, also behind a language prefix: the files of a shared folder as JSON or as a page. rclone posts
 * `json=1&pass=…` for a protected one; without a password the answer is a form, as JDownloader's decrypter expects.
 * `e=1` asks for lines.
 */
export function addDirectory(
  app: FastifyInstance,
  services: Pick<DoorServices, "admission" | "archives" | "shares">,
  settings: EdgeSettings,
  listings: ListingAnswers,
): void {
  const answer = async (request: DirectoryRequest, reply: FastifyReply) => {
    const { address, face } = callerOf(request, settings);
    const fields = formFields(request);
    const query = queryParameters(request);
    const json = fields.get("json") ?? query.get("json");
    const isForProgram = prefersJson(request.headers.accept);
    const wantsZip = (fields.get("zip") ?? query.get("zip")) === "1";
    const wantsLines = (fields.get("e") ?? query.get("e")) === "1";
    const wantsJson = typeof json === "string" || (isForProgram && !wantsLines);
    // Whoever asks for JSON is a program; the page itself is for people.
    const isLetIn = wantsJson && letForeignPagesRead(request, reply, settings);
    const isForeign = !isLetIn && isSentByForeignPage(request, settings);
    if (isForeign && request.method === "POST") return reply.redirect(directoryUrl(face, request.params.id), 303);
    if (isForeign) refuseUnseenByForeignPage(request, settings);
    const { admission } = services;
    // Of all pages this is the one that costs most: counted like a call, and whoever asks alike.
    await admission.admit(guest(address), { name: "share.list" });
    const visitor = await identifyVisitor(request, services, settings);
    const actor = admission.within(visitor, "files", "downloads");
    const context = pageContextOf(request, settings);
    const issueArchive = async () => {
      const password = fields.get("pass");
      const fetcher = admission.within(visitor, "downloads");
      const { text } = await services.archives.issueShared(fetcher, request.params.id, password, callerGone(request));
      const url = archiveUrl(face, text, settings.downloadUrl);
      // Another origin sees no cookie.
      return context.language === "en" ? url : `${url}?lg=${context.language}`;
    };
    try {
      if (wantsZip) return await reply.redirect(await issueArchive(), 302);
      const { folder, files, listSharedFolders } = await services.shares.list(
        actor,
        request.params.id,
        fields.get("pass"),
        callerGone(request),
      );
      const contents = {
        folder,
        folders: listSharedFolders,
        files: files.map((file) => ({ ...file, url: fileUrl(face, file.id, file.domain) })),
      };
      const form = wantsJson ? (json === "2" ? "pretty JSON" : "JSON") : wantsLines ? "lines" : "page";
      // Where a password was asked for, a link that asks for it once more would lead nowhere.
      const isProtected = folder.sharePasswordHash !== undefined;
      const archive = form === "page" && isProtected ? await unlessRefused(issueArchive) : undefined;
      const { contentType, chunks } = await directoryAnswer({ context, face, archive }, contents, form);
      if (form === "page") withPageHeaders(reply, context);
      if (!files.isWhole) return await listings.send(request, reply, { actor, contentType, chunks });
      return await reply.header("content-type", contentType).send(await wholeText(chunks));
    } catch (error) {
      if (wantsLines && isDomainError(error, "folder-not-found")) return sendLines(reply.code(404), "bad\n");
      if (wantsLines || isForProgram) throw error;
      return refuseOnPage(reply, context, error, { url: directoryUrl(face, request.params.id), wantsZip });
    }
  };
  addPageRoute(app, pageEndpoints.directoryPage, answer);
}

interface DirectoryContents {
  folder: SharedFolder;
  folders: () => Promise<readonly { name: string; publicShareId: string }[]>;
  files: Listing<ListedFile & { url: string }>;
}

async function directoryAnswer(
  { context, face, archive }: { context: PageContext; face: Face; archive: string | undefined },
  { folder, folders, files }: DirectoryContents,
  form: "JSON" | "lines" | "page" | "pretty JSON",
): Promise<{ contentType: string; chunks: AsyncIterable<string> }> {
  if (form === "lines") return { contentType: LINES_TYPE, chunks: directoryLineChunks(files.pages()) };
  if (form === "page") {
    const url = directoryUrl(face, folder.publicShareId);
    const isProtected = folder.sharePasswordHash !== undefined;
    const page = {
      name: folder.name,
      directoryUrl: url,
      archiveUrl: isProtected ? archive : `${url}?zip=1`,
      isProtected,
      fileCount: files.count,
      folders: (await folders()).map(({ name, publicShareId }) => ({ name, url: directoryUrl(face, publicShareId) })),
    };
    return { contentType: PAGE_TYPE, chunks: directoryPageChunks(context, page, files.pages()) };
  }
  const entries = files.map((file) => ({
    link: file.url,
    filename: file.name,
    size: file.sizeBytes,
    password: file.hasPassword ? 1 : 0,
    acl: file.isRestricted ? 1 : 0,
  }));
  return { contentType: JSON_TYPE, chunks: jsonChunks(entries, form === "pretty JSON") };
}

const LINES_TYPE = "text/plain; charset=utf-8";

const sendLines = (reply: FastifyReply, text: string) => reply.type(LINES_TYPE).send(text);

/** The page is as good without it. */
async function unlessRefused(issue: () => Promise<string>): Promise<string | undefined> {
  try {
    return await issue();
  } catch (error) {
    if (isDomainError(error)) return undefined;
    throw error;
  }
}

function refuseOnPage(
  reply: FastifyReply,
  context: PageContext,
  error: unknown,
  { url, wantsZip }: { url: string; wantsZip: boolean },
): FastifyReply {
  const isPasswordWrong = isDomainError(error, "link-password-wrong");
  if (isPasswordWrong || isDomainError(error, "link-password-required")) {
    const page = directoryPasswordPage(context, { directoryUrl: url, isPasswordWrong });
    // A page in the place of an archive must not look like one to whoever asked for the bytes.
    return sendPage(isPasswordWrong || wantsZip ? reply.code(403) : reply, context, page);
  }
  if (isDomainError(error, "folder-not-found")) return sendPage(reply.code(404), context, noFolderPage(context));
  const refused = linkStatePage(context, error);
  if (refused !== undefined) return sendPage(reply.code(403), context, refused);
  const wait = freeWaitPage(context, error, url);
  if (wait === undefined) throw error;
  const { status, retryAfterSeconds } = answerOf(error);
  if (retryAfterSeconds !== undefined) reply.header("retry-after", retryAfterSeconds);
  return sendPage(reply.code(status), context, wait);
}
