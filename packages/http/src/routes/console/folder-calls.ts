import { directoryUrl, pageEndpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import { folderEntries } from "../../pages/account/console-lists.ts";
import { callerOf } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { PAGE_TYPE, withPageHeaders } from "../../wire/page-answer.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { type ConsoleCalls, ConsoleRefusal, folderReferenceOf } from "./console-calls.ts";

type Services = Pick<EdgeServices, "folders" | "shares">;

/** The most subfolders in one answer. */
const MOST_LISTED = 250;

/** `mkdir.pl`, `rmdir.pl`, `dpub.pl`, `dirs.pl`. */
export function addFolderCalls(
  calls: ConsoleCalls,
  { folders, shares }: Services,
  settings: Pick<EdgeSettings, "publicUrl">,
): void {
  calls.add({
    page: pageEndpoints.consoleMkdir,
    operation: "folder.mkdir",
    needs: { area: "files", right: "write" },
    handle: async ({ request, actor, context }) => {
      const form = formFields(request);
      await folders.create(actor, folderReferenceOf(form.get("dir_id")), form.get("mkdir") ?? "");
      return context.texts.console.folderCreated;
    },
  });
  calls.add({
    page: pageEndpoints.consoleRmdir,
    operation: "folder.rm",
    needs: { area: "files", right: "write" },
    handle: async ({ request, actor, context }) => {
      await folders.remove(actor, folderReferenceOf(formFields(request).get("dir")));
      return context.texts.console.folderRemoved;
    },
  });
  calls.add({
    page: pageEndpoints.consoleDpub,
    operation: "folder.share",
    needs: { area: "shares", right: "write" },
    handle: async ({ request, actor, context }) => {
      const form = formFields(request);
      if (form.get("change") !== "1") throw new ConsoleRefusal("notAsked");
      const reference = folderReferenceOf(form.get("dir"));
      const { folder } = await folders.list(actor, reference);
      const isShared = folder.publicShareId === undefined;
      const { publicShareId } = await shares.share(actor, reference, { isShared, password: undefined });
      const texts = context.texts.console;
      if (publicShareId === undefined) return texts.unshared;
      return texts.shared(directoryUrl(callerOf(request, settings).face, publicShareId));
    },
  });
  calls.add({
    page: pageEndpoints.consoleDirs,
    operation: "folder.ls",
    needs: { area: "files", right: "read" },
    handle: async ({ request, reply, actor, context }) => {
      const reference = folderReferenceOf(queryParameters(request).get("dir_id") ?? undefined);
      const { children } = await folders.list(actor, reference);
      const entries = folderEntries(children.first.slice(0, MOST_LISTED));
      return withPageHeaders(reply, context).type(PAGE_TYPE).send(`${entries.toString()}\n`);
    },
  });
}
