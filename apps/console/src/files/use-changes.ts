import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { makeFolder, moveEntries, type Outcome, removeEntries, renameEntry } from "../api/changes.ts";
import { type Entry, type FolderView, listFolder } from "../api/entries.ts";
import { restoreAll } from "../api/trash.ts";
import { useNotices } from "../frame/notices.tsx";
import type { TextId } from "../texts/english.ts";
import { useText } from "../texts/use-text.ts";
import type { CutEntries } from "./files-page.tsx";
import { type FolderData, refreshFolders } from "./folder-data.ts";

interface Input {
  view: FolderView;
  data: FolderData;
  cut: CutEntries | undefined;
  onCut(cut: CutEntries | undefined): void;
  /** These are not in the folder any more. */
  gone(entries: readonly Entry[]): void;
}

export interface Changes {
  /** @throws what the server refuses, as `rename` does: both are said beside the field */
  create(name: string): Promise<void>;
  rename(entry: Entry, name: string): Promise<void>;
  move(entries: readonly Entry[], to: { folderId: number; name: string }): Promise<void>;
  /** Into a folder above this one. */
  moveAbove(entries: readonly Entry[], path: readonly string[]): Promise<void>;
  /** What was cut, into this folder. */
  paste(): Promise<void>;
  /** The last move or removal, where it can be undone. */
  undo(): Promise<void>;
  remove(entries: readonly Entry[]): Promise<void>;
}

/** Changes of many entries at once: each says how far it came, and what it moved goes back on demand. */
export function useChanges({ view, data, cut, onCut, gone }: Input): Changes {
  const { text } = useText();
  const notices = useNotices();
  const queries = useQueryClient();
  const lastChange = useRef<() => Promise<void>>(undefined);
  const worded = (id: TextId, entries: readonly Entry[], more: Record<string, string> = {}) =>
    text(id, { count: entries.length, name: entries[0]?.name ?? "", ...more });
  const conclude = async (entries: readonly Entry[], { done, failure }: Outcome, words: string, undo?: () => void) => {
    await refreshFolders(queries);
    gone(done);
    if (failure === undefined) return notices.tell(words, undo === undefined ? {} : { undo });
    notices.fail(failure, (reason) =>
      entries.length === 1 ? reason : text("done.some", { done: done.length, count: entries.length, reason }),
    );
  };
  const undo = async () => {
    const takeBack = lastChange.current;
    lastChange.current = undefined;
    await takeBack?.();
  };
  const moveBack = async ({ entries, folderId }: CutEntries) => {
    const outcome = await moveEntries(entries, folderId);
    await conclude(entries, outcome, worded("done.movedBack", entries));
  };
  const restore = async (trashIds: readonly number[]) => {
    try {
      const { count, failure } = await restoreAll(trashIds);
      await refreshFolders(queries);
      if (failure === undefined) notices.tell(text("trash.restoredMany", { count }));
      else notices.fail(failure);
    } catch (error) {
      notices.fail(error);
    }
  };
  const moveFrom = async ({ entries, folderId }: CutEntries, to: { folderId: number; name: string }) => {
    const outcome = await moveEntries(entries, to.folderId);
    lastChange.current = () => moveBack({ entries: outcome.done, folderId });
    await conclude(entries, outcome, worded("done.moved", entries, { folder: to.name }), () => void undo());
  };
  return {
    create: async (name) => {
      await makeFolder(data.folderId ?? 0, name);
      await refreshFolders(queries);
      notices.tell(text("done.folder", { name }));
    },
    rename: async (entry, name) => {
      await renameEntry(entry, name);
      await refreshFolders(queries);
      notices.tell(text("done.renamed", { name }));
    },
    move: (entries, to) => moveFrom({ entries, folderId: data.folderId ?? 0 }, to),
    moveAbove: async (entries, path) => {
      try {
        const to = await listFolder({ ...view, path, filter: "" }, { offset: 0, limit: 1 });
        const name = path.at(-1) ?? text("files.root");
        await moveFrom({ entries, folderId: data.folderId ?? 0 }, { folderId: to.folderId, name });
      } catch (error) {
        notices.fail(error);
      }
    },
    paste: async () => {
      const { folderId } = data;
      if (cut === undefined || folderId === undefined || cut.folderId === folderId) return;
      onCut(undefined);
      await moveFrom(cut, { folderId, name: view.path.at(-1) ?? text("files.root") });
    },
    undo,
    remove: async (entries) => {
      const outcome = await removeEntries(entries);
      const { trashIds } = outcome;
      lastChange.current = trashIds.length === 0 ? undefined : () => restore(trashIds);
      const takeBack = trashIds.length === 0 ? undefined : () => void undo();
      await conclude(entries, outcome, worded("done.removed", entries), takeBack);
    },
  };
}
