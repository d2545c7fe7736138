import { type Actor, type EdgeServices, isAccountActor, type StoredFile } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import type { EdgeSettings } from "../../edge-settings.ts";
import type { SaveChoice } from "../../pages/file-pages.ts";
import { formTokenOf, requireOwnForm } from "../../sessions/form-token.ts";
import { redirectToSignIn } from "../../sessions/visitor.ts";
import { formFields } from "../../wire/form-body.ts";
import { languagePrefix } from "../../wire/page-context.ts";
import { folderReferenceOf } from "../console/console-calls.ts";

type Services = Pick<EdgeServices, "admission" | "files" | "folders">;

/** The most folders offered on the page of a link. */
const MOST_OFFERED = 250;

/** What the page of a link offers to signed-in people; nothing to the owner. */
export async function saveChoiceFor(
  request: FastifyRequest,
  actor: Actor,
  file: Pick<StoredFile, "accountId"> | undefined,
  { folders }: Pick<Services, "folders">,
): Promise<SaveChoice | undefined> {
  const formToken = formTokenOf(request);
  if (!isAccountActor(actor) || actor.session === undefined || formToken === undefined) return undefined;
  if (file?.accountId === actor.account.id) return undefined;
  const { children } = await folders.list(actor, "root");
  return { formToken, folders: children.first.slice(0, MOST_OFFERED).map(({ id, name }) => ({ id, name })) };
}

/** True for the second button in the form of a link. Clients leave it out, and send a `did` that then means nothing. */
export const isSave = (request: FastifyRequest): boolean => formFields(request).has("save");

/**
 * Saves a copy in the account of the signed-in person, and shows the folder.
 * @throws {DomainError} as `files.copy`
 */
export async function saveLink(
  request: FastifyRequest,
  reply: FastifyReply,
  { actor, fileId }: { actor: Actor; fileId: string },
  { admission, files }: Pick<Services, "admission" | "files">,
  settings: Pick<EdgeSettings, "publicUrl">,
): Promise<FastifyReply> {
  requireOwnForm(request, settings, { isForPeople: false });
  if (!isAccountActor(actor)) return redirectToSignIn(request, reply);
  const needs = { area: "files", right: "write", isForCustomers: actor.key !== undefined } as const;
  await admission.admit(actor, { name: "file.cp", needs });
  const form = formFields(request);
  const destination = folderReferenceOf(form.get("did"));
  await files.copy(actor, [{ fileId }], { destination, password: form.get("pass"), signal: callerGone(request) });
  const folder = destination === "root" ? "" : `dir_id=${destination}&`;
  return reply.redirect(`${languagePrefix(request)}/console/files.pl?${folder}done=saved`, 303);
}
