import { directoryUrl, fileUrl } from "@consigne/contract";
import { guest, isDomainError, type Services } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import { renderDirectoryLines, renderDirectoryPage, renderDirectoryPasswordPage } from "../../pages/directory-pages.ts";
import { renderOfflinePage } from "../../pages/file-pages.ts";
import { prefersJson } from "../../wire/accept.ts";
import { callerOf } from "../../wire/caller.ts";
import { letForeignPagesRead } from "../../wire/foreign-pages.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendJson } from "../../wire/json-endpoint.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { queryParameters } from "../../wire/request-target.ts";

type DirectoryRequest = FastifyRequest<{ Params: { id: string } }>;

/**
 * `/dir/ID`, also behind a language prefix: the files of a shared folder as JSON or as a page. rclone posts
 * `json=1&pass=…` for a protected one; without a password the answer is a form, as JDownloader's decrypter expects.
 * `e=1` asks for lines.
 */
export function addDirectory(
  app: FastifyInstance,
  services: Pick<Services, "shares" | "flood">,
  settings: EdgeSettings,
): void {
  const answer = async (request: DirectoryRequest, reply: FastifyReply) => {
    const { address, face } = callerOf(request, settings);
    const form = formFields(request);
    const query = queryParameters(request);
    const json = form.get("json") ?? query.get("json");
    const isForProgram = prefersJson(request.headers.accept);
    const wantsLines = (form.get("e") ?? query.get("e")) === "1";
    const wantsJson = typeof json === "string" || (isForProgram && !wantsLines);
    // Whoever asks for JSON is a program; the page itself is for people.
    if (wantsJson) letForeignPagesRead(request, reply, settings);
    await services.flood.refuseBanned(guest(address));
    try {
      const password = form.get("pass") ?? "";
      const list = () => services.shares.list(guest(address), request.params.id, password);
      const { folder, files } = password === "" ? await list() : await services.flood.guess(address, list);
      const listed = files.map((file) => ({ ...file, url: fileUrl(face, file.id, file.domain) }));
      if (wantsLines && !wantsJson) return sendLines(reply, renderDirectoryLines(listed));
      if (!wantsJson) return sendPage(reply, renderDirectoryPage({ name: folder.name, files: listed }));
      const entries = listed.map(({ url, name, sizeBytes, passwordHash, accessList }) => ({
        link: url,
        filename: name,
        size: sizeBytes,
        password: passwordHash === undefined ? 0 : 1,
        acl: accessList === undefined ? 0 : 1,
      }));
      return sendJson(reply, entries, json === "2");
    } catch (error) {
      if (wantsLines && isDomainError(error, "folder-not-found")) return sendLines(reply.code(404), "bad\n");
      if (wantsLines || isForProgram) throw error;
      return refuseOnPage(reply, error, directoryUrl(face, request.params.id));
    }
  };
  for (const url of ["/dir/:id", "/:language([a-z]{2})/dir/:id"]) {
    app.route<{ Params: { id: string } }>({ method: ["GET", "POST"], url, handler: answer });
  }
}

const sendLines = (reply: FastifyReply, text: string) => reply.type("text/plain; charset=utf-8").send(text);

function refuseOnPage(reply: FastifyReply, error: unknown, url: string): FastifyReply {
  const isPasswordWrong = isDomainError(error, "link-password-wrong");
  if (isPasswordWrong || isDomainError(error, "link-password-required")) {
    const page = renderDirectoryPasswordPage({ directoryUrl: url, isPasswordWrong });
    return sendPage(isPasswordWrong ? reply.code(403) : reply, page);
  }
  if (isDomainError(error, "folder-not-found")) return sendPage(reply.code(404), renderOfflinePage());
  throw error;
}
