import { archiveUrl, directoryUrl, type Face, fileUrl, pageEndpoints } from "@consigne/contract";
import {
  type EdgeServices,
  type Folder,
  guest,
  isDomainError,
  type ListedFile,
  type Listing,
  type SharedContents,
} from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import {
  directoryFolderLineChunks,
  directoryLineChunks,
  directoryPageChunks,
  directoryPasswordPage,
  noFolderPage,
  SAME_PASSWORD,
} from "../../pages/directory-pages.ts";
import { freeWaitPage } from "../../pages/free-wait-pages.ts";
import { linkStatePage } from "../../pages/link-state-pages.ts";
import type { PageContext } from "../../pages/page-context.ts";
import { acceptsPages, prefersJson } from "../../wire/accept.ts";
import { callerOf } from "../../wire/caller.ts";
import { answerOf } from "../../wire/error-answer.ts";
import { addCorsHeaders } from "../../wire/cors.ts";
import {
  keepsCookies,
  rememberedPasswordsOf,
  setRememberedPassword,
  tryCookies,
} from "../../sessions/remembered-password.ts";
import { identifyVisitor } from "../../sessions/visitor.ts";
import { formFields } from "../../wire/form-body.ts";
import { JSON_TYPE } from "../../wire/json-endpoint.ts";
import { jsonChunks, jsonText } from "../../wire/json-text.ts";
import type { ListingAnswers } from "../../wire/listing-answers.ts";
import { PAGE_TYPE, sendPage, withPageHeaders } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { wholeText } from "../../wire/send-chunks.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { isFormInBrowser, isSentByForeignPage, refuseUnseenByForeignPage } from "../../wire/sending-page.ts";

type DirectoryRequest = FastifyRequest<{ Params: { id: string } }>;

/**
 * `/dir/ID`, also with a language prefix: the files of a shared folder as JSON or as a page. rclone posts
 * `json=1&pass=…` for a protected one; without a password the answer is a form, as JDownloader's decrypter expects.
 * `e=1` requests lines. With an additional link, `folder=ID` leads to a subfolder, and `folders=1` requests the
 * subfolders instead of the files.
 */
export function addDirectory(
  app: FastifyInstance,
  services: Pick<EdgeServices, "admission" | "archives" | "shares">,
  settings: EdgeSettings,
  listings: ListingAnswers,
): void {
  const answer = async (request: DirectoryRequest, reply: FastifyReply) => {
    const { address, face } = callerOf(request, settings);
    const asked = askedBy(request);
    const { folderId, wantsJson, wantsLines, wantsZip } = asked;
    const url = directoryUrl(face, request.params.id, folderId);
    // JSON is for programs; the page itself is for people.
    const isLetIn = wantsJson && addCorsHeaders(request, reply, settings);
    const isForeign = !isLetIn && isSentByForeignPage(request, settings);
    if (isForeign && request.method === "POST") return reply.redirect(url, 303);
    if (isForeign) refuseUnseenByForeignPage(request, settings);
    const { admission } = services;
    // This is the most expensive page: counted like a call, for all callers alike.
    await admission.admit(guest(address), { name: "share.list" });
    const visitor = await identifyVisitor(request, services, settings);
    const actor = admission.within(visitor, "files", "downloads");
    const context = pageContextOf(request, settings);
    const issueArchive = async () => {
      const fetcher = admission.within(visitor, "downloads");
      const below = { folderId, signal: callerGone(request) };
      const { text } = await services.archives.issueShared(fetcher, request.params.id, asked.shown, below);
      const archive = archiveUrl(face, text, settings.downloadUrl);
      // The other origin does not get the cookie.
      return context.language === "en" ? archive : `${archive}?lg=${context.language}`;
    };
    try {
      if (wantsZip) return await reply.redirect(await issueArchive(), 302);
      const listed = await services.shares.list(actor, request.params.id, asked.shown, {
        folderId,
        signal: callerGone(request),
      });
      const { folder, files, rememberPassword } = listed;
      const isPage = asked.form === "page";
      if (isPage && rememberPassword !== undefined && isFormInBrowser(request) && keepsCookies(request)) {
        // Back and reload fail on the answer to a form that no cache keeps.
        setRememberedPassword(reply, request, settings, await rememberPassword(), pathsOf(context, url));
        return await reply.redirect(inLanguageOf(context, url), 303);
      }
      const contents = {
        ...listed,
        files: files.map((file) => ({ ...file, url: fileUrl(face, file.id, file.domain) })),
      };
      // If a password was required, a link that requires it again would lead nowhere.
      const asksAgain = folder.sharePasswordHash !== undefined && typeof asked.shown !== "object";
      const archive = isPage && asksAgain ? await unlessRefused(issueArchive) : undefined;
      const { contentType, chunks } = await directoryAnswer({ ...asked, context, face, archive, asksAgain }, contents);
      if (isPage) withPageHeaders(reply, context);
      if (!files.isWhole) return await listings.send(request, reply, { actor, contentType, chunks });
      return await reply.header("content-type", contentType).send(await wholeText(chunks));
    } catch (error) {
      if (wantsLines && isDomainError(error, "folder-not-found")) return sendLines(reply.code(404), "bad\n");
      if (wantsLines || asked.isForProgram) throw error;
      const isNew = acceptsPages(request.headers.accept) && !keepsCookies(request);
      if (isNew && isPasswordLacking(error)) tryCookies(reply, request, settings, pathsOf(context, url));
      return refuseOnPage(reply, context, error, { url, wantsZip });
    }
  };
  addPageRoute(app, pageEndpoints.directoryPage, answer);
}

function askedBy(request: DirectoryRequest) {
  const fields = formFields(request);
  const query = queryParameters(request);
  const either = (name: string) => fields.get(name) ?? query.get(name);
  const json = either("json");
  const isForProgram = prefersJson(request.headers.accept);
  const wantsLines = either("e") === "1";
  const wantsJson = typeof json === "string" || (isForProgram && !wantsLines);
  // The page of a protected folder passes the given password from folder to folder.
  const password = fields.get("pass") ?? fields.get(SAME_PASSWORD);
  const remembered = password === undefined && !wantsJson && !wantsLines ? rememberedPasswordsOf(request) : [];
  return {
    isForProgram,
    wantsJson,
    wantsLines,
    form: wantsJson ? (json === "2" ? "pretty JSON" : "JSON") : wantsLines ? "lines" : "page",
    wantsZip: either("zip") === "1",
    wantsFolders: either("folders") === "1",
    folderId: folderNumber(either("folder")),
    password,
    shown: remembered.length > 0 ? { remembered } : password,
  } as const;
}

/** Undefined if none is given; an impossible number for invalid text. */
function folderNumber(text: string | undefined | null): number | undefined {
  if (text === undefined || text === null) return undefined;
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0;
}

interface DirectoryContents extends Pick<SharedContents, "folder" | "way" | "listSharedFolders"> {
  files: Listing<ListedFile & { url: string }>;
}

interface DirectoryRequested {
  context: PageContext;
  face: Face;
  form: "JSON" | "lines" | "page" | "pretty JSON";
  archive: string | undefined;
  password: string | undefined;
  /** What the page leads to needs the password once more. */
  asksAgain: boolean;
  wantsFolders: boolean;
}

async function directoryAnswer(
  asked: DirectoryRequested,
  contents: DirectoryContents,
): Promise<{ contentType: string; chunks: AsyncIterable<string> }> {
  const { form } = asked;
  const { folder, files, listSharedFolders } = contents;
  if (form === "page") return pageAnswer(asked, contents);
  if (asked.wantsFolders) {
    const { folders } = await listSharedFolders();
    const entries = folders.map((each) => ({ url: urlOf(asked.face, folder, each), name: each.name, id: each.id }));
    if (form === "lines") return { contentType: LINES_TYPE, chunks: directoryFolderLineChunks(entries) };
    return {
      contentType: JSON_TYPE,
      chunks: oneChunk(
        jsonText(
          entries.map(({ url: link, name, id }) => ({ link, name, folder_id: id })),
          form === "pretty JSON",
        ),
      ),
    };
  }
  if (form === "lines") return { contentType: LINES_TYPE, chunks: directoryLineChunks(files.pages()) };
  const entries = files.map((file) => ({
    link: file.url,
    filename: file.name,
    size: file.sizeBytes,
    password: file.hasPassword ? 1 : 0,
    acl: file.isRestricted ? 1 : 0,
  }));
  return { contentType: JSON_TYPE, chunks: jsonChunks(entries, form === "pretty JSON") };
}

async function pageAnswer(
  { context, face, archive, password, asksAgain }: DirectoryRequested,
  { folder, way, files, listSharedFolders }: DirectoryContents,
): Promise<{ contentType: string; chunks: AsyncIterable<string> }> {
  const [place, ...above] = way;
  const url = urlOf(face, folder, place);
  const { folders, isWhole } = await listSharedFolders();
  const leadTo = (each: Folder) => ({ name: each.name, url: inLanguageOf(context, urlOf(face, folder, each)) });
  const page = {
    name: place.name,
    archiveUrl: asksAgain ? archive : withQuery(inLanguageOf(context, url), "zip=1"),
    linesUrl: folder.sharePasswordHash === undefined ? withQuery(url, "e=1") : undefined,
    fileCount: files.count,
    above: above.toReversed().map(leadTo),
    folders: folders.map(leadTo),
    areFoldersWhole: isWhole,
    // Subfolders with a page of their own are open.
    password: folder.link !== undefined && asksAgain ? password : undefined,
  };
  return { contentType: PAGE_TYPE, chunks: directoryPageChunks(context, page, files.pages()) };
}

/** The address of a subfolder's page, through the same link; on a public page, subfolders have their own. */
function urlOf(face: Face, shared: SharedContents["folder"], folder: Folder): string {
  if (shared.link === undefined) return directoryUrl(face, folder.publicShareId ?? shared.publicShareId);
  return directoryUrl(face, shared.publicShareId, folder.id === shared.id ? undefined : folder.id);
}

/** Of another page of ours: neither its address nor a cookie would say the language otherwise. */
const inLanguageOf = ({ site, prefix }: PageContext, url: string): string =>
  `${site}${prefix}${url.slice(site.length)}`;

/** Of a page, whatever its query. */
const pathsOf = (context: PageContext, url: string): string[] => [
  ...new Set([url, inLanguageOf(context, url)].map((each) => new URL(each).pathname)),
];

async function* oneChunk(text: string): AsyncGenerator<string> {
  yield text;
}

const withQuery = (url: string, query: string): string => `${url}${url.includes("?") ? "&" : "?"}${query}`;

const LINES_TYPE = "text/plain; charset=utf-8";

const sendLines = (reply: FastifyReply, text: string) => reply.type(LINES_TYPE).send(text);

/** The page works without it. */
async function unlessRefused(issue: () => Promise<string>): Promise<string | undefined> {
  try {
    return await issue();
  } catch (error) {
    if (isDomainError(error)) return undefined;
    throw error;
  }
}

const isPasswordLacking = (error: unknown): boolean =>
  isDomainError(error, "link-password-wrong") || isDomainError(error, "link-password-required");

function refuseOnPage(
  reply: FastifyReply,
  context: PageContext,
  error: unknown,
  { url, wantsZip }: { url: string; wantsZip: boolean },
): FastifyReply {
  if (isPasswordLacking(error)) {
    const isPasswordWrong = isDomainError(error, "link-password-wrong");
    const page = directoryPasswordPage(context, { directoryUrl: url, isPasswordWrong });
    // Somebody who asked for the archive must not mistake a page for it.
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
