import { fileUrl, pageEndpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import { linksPage } from "../../pages/account/console-lists.ts";
import { callerOf } from "../../wire/caller.ts";
import { formFields } from "../../wire/form-body.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { type ConsoleCalls, ConsoleRefusal, fileReferenceOf, folderReferenceOf } from "./console-calls.ts";

type Services = Pick<EdgeServices, "files" | "linkCheck">;

/** What clients send when files were dragged. */
const FILES_DRAGGED = "2";

/** `remove.pl`, `frename.pl`, `op.pl`, `link.pl`. */
export function addFileCalls(
  calls: ConsoleCalls,
  { files, linkCheck }: Services,
  settings: Pick<EdgeSettings, "publicUrl">,
): void {
  const writing = { area: "files", right: "write" } as const;
  calls.add({
    page: pageEndpoints.consoleRemove,
    operation: "file.rm",
    needs: writing,
    handle: async ({ request, actor, reader, context }) => {
      const form = formFields(request);
      const texts = context.texts.console;
      const references = someFiles(form.all("selected[]"));
      if (form.get("remove") === "1") {
        const targets = references.map((reference) => ({ reference }));
        return texts.removed((await files.remove(actor, targets, reader.signal)).length);
      }
      const ids = references.map(({ fileId }) => fileId);
      const named = await linkCheck.listOwn(actor, ids, reader);
      return [texts.asked(named.length), ...named.map(({ name }) => lineOf(name))].join("\n");
    },
  });
  calls.add({
    page: pageEndpoints.consoleFrename,
    operation: "file.rename",
    needs: writing,
    handle: async ({ request, actor, context }) => {
      const form = formFields(request);
      const reference = fileReferenceOf(form.get("file") ?? "");
      await files.rename(actor, [{ reference, name: form.get("newname") ?? "" }]);
      return context.texts.console.renamed;
    },
  });
  calls.add({
    page: pageEndpoints.consoleOp,
    operation: "file.mv",
    needs: writing,
    handle: async ({ request, actor, reader, context }) => {
      const form = formFields(request);
      if (form.get("dragged_type") !== FILES_DRAGGED) throw new ConsoleRefusal("notFiles");
      const references = someFiles(form.all("dragged[]").flatMap((list) => list.split(",")));
      const destination = folderReferenceOf(form.get("dropped_dir"));
      const moved = await files.move(actor, references, destination, { signal: reader.signal });
      return context.texts.console.moved(moved.length);
    },
  });
  calls.add({
    page: pageEndpoints.consoleLink,
    operation: "file.info",
    needs: { area: "files", right: "read" },
    handle: async ({ request, reply, actor, reader, context }) => {
      const ids = someFiles(queryParameters(request).getAll("selected[]")).map(({ fileId }) => fileId);
      const { face } = callerOf(request, settings);
      const links = (await linkCheck.listOwn(actor, ids, reader)).map(({ id, name, domain }) => ({
        name,
        url: fileUrl(face, id, domain),
      }));
      return sendPage(reply, context, linksPage(context, links));
    },
  });
}

function someFiles(named: readonly string[]): { fileId: string }[] {
  const references = named.filter((text) => text.trim() !== "").map(fileReferenceOf);
  if (references.length === 0) throw new ConsoleRefusal("noneNamed");
  return references;
}

/** A name with a line break must stay on one line. */
const lineOf = (name: string): string => name.replaceAll(/[\r\n\u0085\u2028\u2029]/g, " ");
