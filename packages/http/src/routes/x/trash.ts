import { endpoints, type TrashListResponse, type TrashRestoreResponse, toInstantText } from "@consigne/contract";
import {
  type Actor,
  type EdgeServices,
  isAccountActor,
  type RestoreOutcome,
  trashedPath,
  type TrashEntry,
} from "@consigne/core";
import { refusedResult, RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { wireId } from "../../wire/wire-entries.ts";

type Services = Pick<EdgeServices, "trash" | "accounts">;
type WireEntry = TrashListResponse["entries"][number];
type WireResult = TrashRestoreResponse["results"][number];

const MOST_ENTRIES = 500;

/** Removed entries that can be restored. */
export function addTrash(json: JsonEndpoints, { trash, accounts }: Services): void {
  json.add({
    endpoint: endpoints.trashList,
    handle: async ({ actor, input, reader }) => {
      const beforeId = input.cursor === undefined ? undefined : readCursor(input.cursor);
      const page = await trash.list(actor, { beforeId, limit: input.limit ?? MOST_ENTRIES }, reader());
      return {
        status: "OK" as const,
        days: page.days,
        total: { items: page.total.count, size: page.total.sizeBytes },
        entries: page.entries.map((entry) => wireEntry(actor, entry)),
        ...(page.next === undefined ? {} : { next: String(page.next) }),
      };
    },
  });
  json.add({
    endpoint: endpoints.trashRestore,
    handle: async ({ actor, input, gone }) => {
      const outcomes = await trash.restore(actor, input.ids, gone());
      const results = outcomes.map((outcome, at) => wireResult(actor, input.ids[at] ?? 0, outcome));
      return { status: "OK" as const, results };
    },
  });
  json.add({
    endpoint: endpoints.trashRemove,
    handle: async ({ actor, input, gone }) => {
      const { ids, all } = input;
      if ((ids === undefined) === (all !== 1)) throw new RequestError("badRequest", "Give either ids, or all.");
      const removed = ids === undefined ? await trash.empty(actor, gone()) : await trash.remove(actor, ids, gone());
      return { status: "OK" as const, removed };
    },
  });
  json.add({
    endpoint: endpoints.trashRetention,
    handle: async ({ actor, input }) => {
      if (!isAccountActor(actor)) throw new RequestError("notAuthenticated", "This needs an API key.");
      const account = await accounts.updateSettings(actor, { trashDays: input.days });
      return { status: "OK" as const, days: trash.daysOf(account) };
    },
  });
}

/** @throws {RequestError} for a cursor that no answer contained */
function readCursor(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RequestError("badRequest", "This cursor is not from an earlier answer.");
}

function wireEntry(actor: Actor, entry: TrashEntry): WireEntry {
  const { kind, targetId, removedByKeyId } = entry;
  return {
    id: entry.id,
    kind,
    ...(kind === "file" ? { file_id: targetId } : { folder_id: Number(targetId) }),
    name: entry.name,
    path: `/${trashedPath(actor, entry).join("/")}`,
    size: entry.sizeBytes,
    items: entry.itemCount,
    removed_at: toInstantText(entry.removedAt),
    expires_at: toInstantText(entry.endsAt),
    ...(removedByKeyId === undefined ? {} : { removed_by: removedByKeyId }),
  };
}

function wireResult(actor: Actor, id: number, result: RestoreOutcome): WireResult {
  if (result.outcome === "failed") {
    return { id, outcome: "failed", error: refusedResult(result.error) };
  }
  const { kind, targetId, name, folderId, path } = result;
  return {
    id,
    outcome: "done",
    kind,
    ...(kind === "file" ? { file_id: targetId, folder_id: wireId(actor, folderId) } : { folder_id: Number(targetId) }),
    name,
    path: `/${path.join("/")}`,
  };
}
