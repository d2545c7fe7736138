import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { makeFolder, moveEntries, type Outcome, removeEntries, renameByBatch, renameEntry } from "../api/changes.ts";
import { type Entry, type FolderView, listFolder } from "../api/entries.ts";
import { nameOfPlace, type Place } from "../api/place.ts";
import { restoreAll } from "../api/trash.ts";
import { useNotices } from "../frame/notices.tsx";
import type { TextId } from "../texts/parts.ts";
import { useText } from "../texts/use-text.ts";
import { type Chosen, chosenOf } from "./chosen.ts";
import { type FolderData, refreshEntries } from "./folder-data.ts";
import type { CutEntries } from "./folder-state.ts";
import type { Rights } from "./rights.ts";

interface Input {
  view: FolderView;
  data: Pick<FolderData, "folderId">;
  rights: Rights;
  cut: CutEntries | undefined;
  onCut(cut: CutEntries | undefined): void;
  /** These are no longer in the folder. */
  gone(entries: readonly Entry[]): void;
}

export interface Changes {
  /** @throws the server's refusal, like `rename`: both are shown beside the field */
  create(name: string): Promise<void>;
  rename(entry: Entry, name: string): Promise<void>;
  move(chosen: Chosen, to: { folderId: number; name: string }): Promise<void>;
  /** Into a folder that is not loaded. */
  moveTo(chosen: Chosen, to: Place): Promise<void>;
  /** Pastes what was cut into this folder. */
  paste(): Promise<void>;
  /** Undoes the last move or removal, if possible. */
  undo(): Promise<void>;
  remove(chosen: Chosen): Promise<void>;
}

interface Undoable {
  takeBack(): Promise<void>;
  isTaken?: true;
  /** Removes the notice that offers it. */
  dismiss?: () => void;
}

/** From this many on, it is not clear when it will end. */
const MANY = 5000;

/** Changes many entries at once: each change reports how far it got, and a move can be undone. */
export function useChanges({ view, data, rights, cut, onCut, gone }: Input): Changes {
  const { text } = useText();
  const notices = useNotices();
  const queries = useQueryClient();
  const lastChange = useRef<Undoable>(undefined);
  const worded = (id: TextId, { doneCount, done }: Outcome, more: Record<string, string> = {}) =>
    text(id, { count: doneCount, name: done[0]?.name ?? "", ...more });
  const conclude = async ({ count }: Chosen, outcome: Outcome, words: string, takeBack?: () => Promise<void>) => {
    const { done, doneCount, failure } = outcome;
    await refreshEntries(queries);
    gone(done);
    const some = (reason: string) => (count === 1 ? reason : text("done.some", { done: doneCount, count, reason }));
    if (failure !== undefined) return notices.fail(failure, some);
    const last = lastChange.current;
    if (takeBack === undefined || last?.takeBack !== takeBack) notices.tell(words);
    else last.dismiss = notices.offerUndo(words, () => void undo(last));
  };
  const begin = ({ count }: Chosen) => {
    if (count > MANY) notices.tell(text("done.long", { count }));
  };
  /** Several consecutive changes can each be undone from their notice, the last one also by its key. */
  const undo = async (change = lastChange.current) => {
    if (change === undefined || change.isTaken) return;
    change.isTaken = true;
    if (change === lastChange.current) lastChange.current = undefined;
    // It offers an undo that is happening now.
    change.dismiss?.();
    await change.takeBack();
  };
  const moveBack = async ({ chosen, folderId }: CutEntries) => {
    const outcome = await moveEntries(chosen, folderId);
    await conclude(chosen, outcome, worded("done.movedBack", outcome));
  };
  const restore = useRestore();
  const moveFrom = async ({ chosen, folderId }: CutEntries, to: { folderId: number; name: string }) => {
    begin(chosen);
    const outcome = await moveEntries(chosen, to.folderId);
    const back = { chosen: chosenOf(outcome.done), folderId };
    const takeBack = outcome.isUndoable ? () => moveBack(back) : undefined;
    lastChange.current = takeBack && { takeBack };
    await conclude(chosen, outcome, worded("done.moved", outcome, { folder: to.name }), takeBack);
  };
  return {
    create: async (name) => {
      // Before the list is loaded only the place is known, and 0 would be the root.
      const folderId = data.folderId ?? (await folderAt(view, view.place)).folderId;
      await makeFolder(folderId, name);
      await refreshEntries(queries);
      notices.tell(text("done.folder", { name }));
    },
    rename: async (entry, name) => {
      await (rights.owner === undefined ? renameEntry(entry, name) : renameByBatch(entry, name));
      await refreshEntries(queries);
      notices.tell(text("done.renamed", { name }));
    },
    move: (chosen, to) => moveFrom({ chosen, folderId: data.folderId ?? 0 }, to),
    moveTo: async (chosen, place) => {
      try {
        const to = await folderAt(view, place);
        const name = nameOfPlace(place) ?? text("files.root");
        await moveFrom({ chosen, folderId: data.folderId ?? 0 }, { folderId: to.folderId, name });
      } catch (error) {
        notices.fail(error);
      }
    },
    paste: async () => {
      const { folderId } = data;
      if (cut === undefined || folderId === undefined || cut.folderId === folderId) return;
      onCut(undefined);
      await moveFrom(cut, { folderId, name: nameOfPlace(view.place) ?? text("files.root") });
    },
    undo: () => undo(),
    remove: async (chosen) => {
      begin(chosen);
      const outcome = await removeEntries(chosen);
      const { trashIds, isUndoable } = outcome;
      // Somebody else's entries are in their trash.
      const canRestore = rights.owner === undefined && isUndoable && trashIds.length > 0;
      const takeBack = canRestore ? () => restore(trashIds) : undefined;
      lastChange.current = takeBack && { takeBack };
      await conclude(chosen, outcome, worded("done.removed", outcome), takeBack);
    },
  };
}

/** The folder at a place. */
const folderAt = (view: FolderView, place: Place) =>
  listFolder({ ...view, place, filter: "" }, { offset: 0, limit: 1 });

function useRestore(): (trashIds: readonly number[]) => Promise<void> {
  const { text } = useText();
  const notices = useNotices();
  const queries = useQueryClient();
  return async (trashIds) => {
    try {
      const { count, failure } = await restoreAll(trashIds);
      await refreshEntries(queries);
      if (failure === undefined) notices.tell(text("trash.restoredMany", { count }));
      else notices.fail(failure);
    } catch (error) {
      notices.fail(error);
    }
  };
}
