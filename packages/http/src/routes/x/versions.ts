import { directUrl, endpoints, parseFileLink, toInstantText, type VersionListResponse } from "@consigne/contract";
import { type EdgeServices, type FileVersion, isAccountActor, type ReplaceOutcome } from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import { refusedResult, RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";

type Services = Pick<EdgeServices, "versions" | "accounts" | "downloads">;

/** Replacing the bytes under a link, and earlier contents of files. */
export function addVersions(
  json: JsonEndpoints,
  { versions, accounts, downloads }: Services,
  { downloadUrl }: Pick<EdgeSettings, "downloadUrl">,
): void {
  json.add({
    endpoint: endpoints.versionList,
    handle: async ({ actor, input }) => {
      const list = await versions.list(actor, fileIdOf(input.file_id));
      return { status: "OK" as const, days: list.days, versions: list.versions.map(wireVersion) };
    },
  });
  json.add({
    endpoint: endpoints.versionReplace,
    handle: async ({ actor, input, gone }) => {
      const replacements = input.files.map((each) => ({
        fileId: fileIdOf(each.file_id),
        by: fileIdOf(each.replacement_id),
      }));
      const outcomes = await versions.replace(actor, replacements, gone());
      return { status: "OK" as const, results: outcomes.map(wireOutcome) };
    },
  });
  json.add({
    endpoint: endpoints.versionRestore,
    handle: async ({ actor, input }) => {
      const { sizeBytes, whirlpool } = await versions.restore(actor, fileIdOf(input.file_id), input.id);
      return { status: "OK" as const, size: sizeBytes, checksum: whirlpool ?? "" };
    },
  });
  json.add({
    endpoint: endpoints.versionRemove,
    handle: async ({ actor, input }) => {
      const { ids, all } = input;
      if ((ids === undefined) === (all !== 1)) throw new RequestError("badRequest", "Give either ids, or all.");
      const removed = await versions.remove(actor, fileIdOf(input.file_id), ids ?? "all");
      return { status: "OK" as const, removed };
    },
  });
  json.add({
    endpoint: endpoints.versionGetToken,
    handle: async ({ actor, caller, input }) => {
      const reference = { fileId: fileIdOf(input.file_id) };
      const { text } = await downloads.issueToken(actor, reference, { versionId: input.id });
      return { status: "OK" as const, url: directUrl(caller.face, text, downloadUrl) };
    },
  });
  json.add({
    endpoint: endpoints.versionRetention,
    handle: async ({ actor, input }) => {
      if (!isAccountActor(actor)) throw new RequestError("notAuthenticated", "This needs an API key.");
      const account = await accounts.updateSettings(actor, { versionDays: input.days });
      return { status: "OK" as const, days: versions.daysOf(account) };
    },
  });
}

/** Text that cannot be an id is treated like an unknown one. */
const fileIdOf = (text: string): string => parseFileLink(text)?.id ?? "";

function wireVersion(version: FileVersion): VersionListResponse["versions"][number] {
  const { id, sizeBytes, whirlpool, storedAt, replacedAt, endsAt, replacedByKeyId, isDamaged, isBlocked } = version;
  return {
    id,
    size: sizeBytes,
    checksum: whirlpool ?? "",
    date: toInstantText(storedAt),
    replaced_at: toInstantText(replacedAt),
    expires_at: toInstantText(endsAt),
    ...(replacedByKeyId === undefined ? {} : { replaced_by: replacedByKeyId }),
    ...(isDamaged ? { damaged: 1 as const } : {}),
    ...(isBlocked ? { blocked: 1 as const } : {}),
  };
}

function wireOutcome(result: ReplaceOutcome) {
  if (result.outcome === "failed") {
    return { outcome: result.outcome, error: refusedResult(result.error) };
  }
  const { sizeBytes, whirlpool } = result.file;
  return { outcome: result.outcome, size: sizeBytes, checksum: whirlpool ?? "" };
}
