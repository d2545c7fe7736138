import { type BatchChangeRequest, type BatchChangeResponse, endpoints, parseFileLink } from "@consigne/contract";
import type { ChangeOutcome, EdgeServices, EntryChange, NameTaken } from "@consigne/core";
import { refusedResult, RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { folderReference } from "../../wire/wire-files.ts";

type Services = Pick<EdgeServices, "entryChanges">;
type GivenChange = BatchChangeRequest["changes"][number];
type WireResult = BatchChangeResponse["results"][number];

const ways = { fail: "fail", skip: "skip", keep_both: "keep-both", replace: "replace" } as const satisfies Record<
  string,
  NameTaken
>;

/** Changes many files and folders, with an outcome for each. */
export function addBatchChange(json: JsonEndpoints, { entryChanges }: Services): void {
  json.add({
    endpoint: endpoints.batchChange,
    handle: async ({ actor, input, gone }) => {
      const changes = input.changes.map(changeOf);
      const outcomes = await entryChanges.change(actor, changes, ways[input.on_conflict ?? "fail"], gone());
      return { status: "OK" as const, results: outcomes.map(wireResult) };
    },
  });
}

/** @throws {RequestError} if something is unclear; nothing in the call is changed then */
function changeOf(given: GivenChange, index: number): EntryChange {
  const { folder_id: folderId, file_id: fileId, to_folder_id: parentId, name, remove, with_contents: isWhole } = given;
  if ((folderId === undefined) === (fileId === undefined))
    throw new RequestError("badRequest", `changes[${index}] needs either folder_id or file_id; nothing was changed.`);
  const isMove = parentId !== undefined || name !== undefined;
  if (isMove === (remove === 1))
    throw new RequestError(
      "badRequest",
      `changes[${index}] needs either remove, or to_folder_id or name; nothing was changed.`,
    );
  if (isWhole === 1 && remove !== 1)
    throw new RequestError("badRequest", `changes[${index}] has with_contents without remove; nothing was changed.`);
  return {
    // Text that cannot be an id is treated like an unknown one.
    entry: fileId === undefined ? { folder: folderReference(folderId) } : { fileId: parseFileLink(fileId)?.id ?? "" },
    change:
      remove === 1
        ? isWhole === 1
          ? "remove-whole"
          : "remove"
        : { parent: parentId === undefined ? undefined : folderReference(parentId), name },
  };
}

function wireResult(result: ChangeOutcome): WireResult {
  if (result.outcome !== "failed") {
    const { outcome, name, trashId } = result;
    return { outcome, name, ...(trashId === undefined ? {} : { trash_id: trashId }) };
  }
  return { outcome: "failed", error: refusedResult(result.error) };
}
