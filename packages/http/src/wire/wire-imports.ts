import {
  type Face,
  fileUrl,
  type ImportEntriesResponse,
  type ImportShowResponse,
  toInstantText,
} from "@consigne/contract";
import {
  type Actor,
  type EntryState,
  type FetchSentences,
  type Import,
  type ImportService,
  isAccountActor,
  type PlacedEntry,
} from "@consigne/core";
import { wireMessage } from "./wire-remote-uploads.ts";

type JobNow = Awaited<ReturnType<ImportService["jobOf"]>>;

type WireEntryState = ImportEntriesResponse["entries"][number]["state"];

/** In the database some states have older names. */
const wireEntryStates = {
  open: "pending",
  done: "done",
  present: "skipped",
  failed: "failed",
} as const satisfies Record<EntryState, WireEntryState>;
const entryStates = {
  pending: "open",
  done: "done",
  skipped: "present",
  failed: "failed",
} as const satisfies Record<WireEntryState, EntryState>;

export const wireImportState = (state: Import["state"]): ImportShowResponse["import"]["state"] =>
  state === "walking" ? "scanning" : state;

export const entryStateOf = (state: WireEntryState): EntryState => entryStates[state];

export function wireImport(
  actor: Actor,
  found: Import,
  job: JobNow,
  sentences: FetchSentences,
): ImportShowResponse["import"] {
  const { endedAt, messages, tallies, paceMs } = found;
  const { files, folders, collisions, maybePresent } = tallies;
  const isInRoot = isAccountActor(actor) && actor.rootFolderId === found.folderId;
  return {
    id: found.id,
    state: wireImportState(found.state),
    kind: found.kind,
    source: found.sourceUrl,
    path: found.sourcePath,
    is_dry_run: found.isPlan ? 1 : 0,
    folder_id: isInRoot ? 0 : found.folderId,
    requested_at: toInstantText(found.requestedAt),
    ...(endedAt === undefined ? {} : { ended_at: toInstantText(endedAt) }),
    ...wireMessage(messages, sentences),
    ...(job?.state === "delayed" ? { resumes_at: toInstantText(job.runAt) } : {}),
    ...(job?.state === "running" && job.progress !== undefined ? { receiving_bytes: job.progress.done } : {}),
    folders: { pending: folders.open, done: folders.done, failed: folders.failed },
    files: { pending: files.open, done: files.done, skipped: files.present, failed: files.failed },
    collisions,
    possible_duplicates: maybePresent,
    ...(paceMs === undefined ? {} : { min_remaining_seconds: Math.ceil((files.open.count * paceMs) / 1000) }),
  };
}

export function wireEntry(
  face: Face,
  entry: PlacedEntry,
  sentences: FetchSentences,
): ImportEntriesResponse["entries"][number] {
  const { path, name, isFolder, state, sizeBytes, whirlpool, attempts, messages, fileId, collides, isMaybePresent } =
    entry;
  return {
    path: path === "" ? name : `${path}/${name}`,
    is_folder: isFolder ? 1 : 0,
    state: wireEntryStates[state],
    ...(sizeBytes === undefined ? {} : { size: sizeBytes }),
    ...(whirlpool === undefined ? {} : { checksum: whirlpool }),
    attempts,
    ...wireMessage(messages, sentences),
    ...(fileId === undefined ? {} : { link: fileUrl(face, fileId, 0) }),
    ...(collides ? { collides: 1 } : {}),
    ...(isMaybePresent ? { possible_duplicate: 1 } : {}),
  };
}
