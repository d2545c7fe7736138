import { useRef, useState } from "react";
import { useLocation } from "wouter";
import type { Entry, FileItem, FolderView } from "../api/entries.ts";
import { placeBelow } from "../api/place.ts";
import { previewKind } from "../api/preview.ts";
import { useNotices } from "../frame/notices.tsx";
import { useText } from "../texts/use-text.ts";
import { type FolderData, entriesBetween, entriesThere } from "./folder-data.ts";
import { fileBeside } from "./file-beside.ts";
import type { FolderState } from "./folder-state.ts";
import type { GridCommands } from "./grid-keys.ts";
import { routeAbove, routeOfPlace } from "./place-route.ts";
import type { Rights } from "./rights.ts";
import { useAskedFiles } from "./use-asked-files.ts";
import { type Changes, useChanges } from "./use-changes.ts";
import { useDownload } from "./use-download.ts";
import { type Asking, useQuestion } from "./use-question.ts";
import { type Refusals, useRefusals } from "./use-refusals.ts";
import { type RowMenuState, useRowMenu } from "./use-row-menu.ts";
import { useCopyLinks } from "./use-copy-links.ts";
import { type Chosen, chosenOf } from "./chosen.ts";
import {
  all,
  chosenIn,
  FEW,
  isChosen,
  nothing,
  only,
  ranged,
  type Selection,
  stillThere,
  toggled,
  without,
} from "./selection.ts";

export interface FolderActions extends Omit<RowMenuState, "openMenu">, Asking, Changes, Refusals {
  rights: Rights;
  selection: Selection;
  /** The selection. */
  chosen: Chosen;
  isCut(key: string): boolean;
  commands: GridCommands;
  hideDetails(): void;
  /** The next loaded file of the list in this direction that can be shown. */
  fileBeside(file: FileItem, step: 1 | -1): FileItem | undefined;
  /** What is moved together with an entry: the selection, if the entry is part of it. */
  withSelected(entry: Entry): Chosen;
  askMove(): void;
  /** For the files in the selection. */
  askAttributes(): void;
  askCopyAs(): void;
  download(): void;
  downloadFile(file: FileItem): void;
}

interface Input {
  view: FolderView;
  data: FolderData;
  rights: Rights;
  active: Entry | undefined;
  state: FolderState;
  focusGrid(): void;
  showDetails(isShown: boolean): void;
}

/** What can be done in a folder, by mouse, keys and dialogs alike. */
export function useFolderCommands(input: Input): FolderActions {
  const { view, data, rights, active, state, focusGrid, showDetails } = input;
  const { cut, onCut } = state;
  const { text } = useText();
  const notices = useNotices();
  const [, navigate] = useLocation();
  const { selection, setSelection, marking, chosen, targets, gone } = useSelection({ view, data, active });
  const asking = useQuestion(focusGrid);
  const { ask } = asking;
  const { openMenu, ...menu } = useRowMenu(selection, { select: setSelection, focusGrid });
  const withTargets = (act: (chosen: Chosen) => void) => (focused?: Entry) => {
    const each = targets(focused);
    if (each.count > 0) act(each);
  };
  const { allowed, ...refusals } = useRefusals(rights);
  const changes = useChanges({ view, data, rights, cut, onCut, gone });
  const download = useDownload(rights, data.folderId ?? 0);
  const copyLinks = useCopyLinks();
  const askFiles = useAskedFiles(ask);
  const opening = useOpening(view, {
    select: (entry) => setSelection(only(entry)),
    preview: (file) => ask({ kind: "preview", file }),
    showDetails: () => showDetails(true),
  });
  const commands = allowed({
    ...opening,
    ...marking,
    up: () => {
      const above = routeAbove(view.place);
      if (above !== undefined) navigate(above);
    },
    rename: withTargets(({ only: entry }) => {
      if (entry !== undefined) ask({ kind: "rename", entry });
    }),
    remove: withTargets((each) => ask({ kind: "remove", chosen: each })),
    copyLinks: withTargets((each) => void copyLinks(each)),
    cut: withTargets((each) => {
      onCut({ chosen: each, folderId: data.folderId ?? 0 });
      notices.tell(text("done.cut", { count: each.count }));
    }),
    paste: () => {
      if (cut !== undefined && refusals.mayFill()) void changes.paste();
    },
    undo: () => void changes.undo(),
    menu: openMenu,
  });
  return {
    rights,
    ...refusals,
    selection,
    chosen,
    isCut: (key) => cut?.folderId === data.folderId && cut?.chosen.has(key) === true,
    commands,
    ...asking,
    ...menu,
    withSelected: (entry) => (isChosen(selection, entry.key) ? chosen : chosenOf([entry])),
    fileBeside: (file, step) => fileBeside(data, file, step),
    hideDetails: () => {
      showDetails(false);
      focusGrid();
    },
    askAttributes: () => withTargets(askFiles("attributes"))(),
    askCopyAs: () => withTargets(askFiles("copy"))(),
    askMove: () => withTargets((each) => ask({ kind: "move", chosen: each }))(),
    download: () => withTargets((each) => void download(each).catch(notices.fail))(),
    downloadFile: (file) => void download(chosenOf([file])).catch(notices.fail),
    ...changes,
    rename: async (entry, name) => {
      await changes.rename(entry, name);
      setSelection(nothing);
    },
  };
}

function useSelection({ view, data, active }: Pick<Input, "view" | "data" | "active">) {
  const [selected, setSelected] = useState(nothing);
  const selection = stillThere(selected, data, view);
  const chosen = chosenIn(selection, view, data);
  const notices = useNotices();
  const count = useRef(0);
  const setSelection = (next: Selection) => {
    count.current += 1;
    setSelected(next);
  };
  const select = async (first: number, last: number, from: Selection) => {
    const there = entriesThere(data, first, last);
    // Immediately: following keys apply to the new selection.
    if (there !== undefined) return setSelection(ranged(from, there));
    const own = ++count.current;
    try {
      const entries = await entriesBetween(view, first, last);
      // The selection may have been changed meanwhile.
      if (count.current === own) setSelection(ranged(from, entries));
    } catch (error) {
      notices.fail(error);
    }
  };
  return {
    selection,
    setSelection,
    chosen,
    marking: {
      choose: (entry: Entry) => setSelection(only(entry)),
      toggle: (entry: Entry) => setSelection(toggled(selection, entry)),
      extendTo: (index: number, from?: number) => {
        const anchor = selection.anchor ?? (from === undefined ? active : data.entryAt(from))?.key;
        const begin = (anchor === undefined ? undefined : data.indexOf(anchor)) ?? index;
        void select(Math.min(begin, index), Math.max(begin, index), { ...selection, anchor });
      },
      selectAll: () => {
        const total = data.total ?? 0;
        if (total > FEW) setSelection(all(view.filter));
        else void select(0, total - 1, nothing);
      },
      clear: () => setSelection(nothing),
    },
    /** The selection, else the focused row. */
    targets: (focused: Entry | undefined = active): Chosen =>
      chosen.count > 0 || focused === undefined ? chosen : chosenOf([focused]),
    gone: (done: readonly Entry[]) => setSelected((before) => without(before, done)),
  };
}

interface Shows {
  select(entry: Entry): void;
  preview(file: FileItem): void;
  showDetails(): void;
}

function useOpening(
  { place }: FolderView,
  { select, preview, showDetails }: Shows,
): Pick<GridCommands, "open" | "look"> {
  const [, navigate] = useLocation();
  const open = (entry: Entry) => {
    if (entry.kind === "folder") return navigate(routeOfPlace(placeBelow(place, entry)));
    select(entry);
    showDetails();
  };
  const look = (entry: Entry) => {
    if (entry.kind === "folder" || previewKind(entry) === undefined) return open(entry);
    select(entry);
    preview(entry);
  };
  return { open, look };
}
