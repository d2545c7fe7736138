import { useMemo, useState } from "react";
import { useLocation } from "wouter";
import { downloadAddress } from "../api/downloads.ts";
import type { Entry, FolderView } from "../api/entries.ts";
import { useNotices } from "../frame/notices.tsx";
import { useText } from "../texts/use-text.ts";
import type { CutEntries } from "./files-page.tsx";
import { type FolderData, entriesBetween } from "./folder-data.ts";
import { routeOf } from "./folder-path.ts";
import type { GridCommands } from "./grid-keys.ts";
import { useChanges } from "./use-changes.ts";
import { type RowMenuState, useRowMenu } from "./use-row-menu.ts";
import { useCopyLinks } from "./use-copy-links.ts";
import { nothing, only, ranged, toggled, type Selection, within, without } from "./selection.ts";

export type Question =
  | { kind: "new" }
  | { kind: "rename"; entry: Entry }
  | { kind: "remove"; entries: readonly Entry[] }
  | { kind: "move"; entries: readonly Entry[] }
  | { kind: "share"; entry: Entry }
  | { kind: "keys" };

export interface FolderActions extends Omit<RowMenuState, "openMenu"> {
  selection: Selection;
  cutKeys: ReadonlySet<string>;
  commands: GridCommands;
  question: Question | undefined;
  ask(question: Question): void;
  /** The dialog is closed, and the list has the focus again. */
  answered(): void;
  hideDetails(): void;
  /** What goes along with an entry: the selection where it is a part of that. */
  withSelected(entry: Entry): readonly Entry[];
  askMove(): void;
  download(): void;
  /** @throws what the server refuses */
  create(name: string): Promise<void>;
  rename(entry: Entry, name: string): Promise<void>;
  remove(entries: readonly Entry[]): Promise<void>;
  move(entries: readonly Entry[], to: { folderId: number; name: string }): Promise<void>;
  /** Into a folder above this one. */
  moveAbove(entries: readonly Entry[], path: readonly string[]): Promise<void>;
}

interface Input {
  view: FolderView;
  data: FolderData;
  active: Entry | undefined;
  cut: CutEntries | undefined;
  onCut(cut: CutEntries | undefined): void;
  focusGrid(): void;
  showDetails(isShown: boolean): void;
}

/** What can be done in a folder, by mouse, key and dialog alike. */
export function useFolderCommands(input: Input): FolderActions {
  const { view, data, active, cut, onCut, focusGrid, showDetails } = input;
  const { text } = useText();
  const notices = useNotices();
  const [, navigate] = useLocation();
  const [chosen, setSelection] = useState(nothing);
  const selection = stillThere(chosen, data, view);
  const [question, ask] = useState<Question>();
  const { openMenu, ...menu } = useRowMenu(selection, { select: setSelection, focusGrid });
  /** What is selected, else the row that has the focus. */
  const targets = (): readonly Entry[] =>
    selection.entries.size > 0 ? [...selection.entries.values()] : active === undefined ? [] : [active];
  const withTargets = (act: (entries: readonly Entry[]) => void) => () => {
    const entries = targets();
    if (entries.length > 0) act(entries);
  };
  const gone = (done: readonly Entry[]) => setSelection((before) => without(before, done));
  const changes = useChanges({ view, data, cut, onCut, gone });
  const copyLinks = useCopyLinks();
  const select = async (first: number, last: number, from: Selection) => {
    try {
      setSelection(ranged(from, await entriesBetween(view, first, last)));
    } catch (error) {
      notices.fail(error);
    }
  };
  const commands: GridCommands = {
    open: (entry) => {
      if (entry.kind === "folder") return navigate(routeOf([...view.path, entry.name]));
      setSelection(only(entry));
      showDetails(true);
    },
    choose: (entry) => setSelection(only(entry)),
    toggle: (entry) => setSelection(toggled(selection, entry)),
    extendTo: (index) => {
      const anchor = selection.anchor ?? active?.key;
      const begin = (anchor === undefined ? undefined : data.indexOf(anchor)) ?? index;
      void select(Math.min(begin, index), Math.max(begin, index), { ...selection, anchor });
    },
    selectAll: () => void select(0, (data.total ?? 0) - 1, nothing),
    clear: () => setSelection(nothing),
    up: () => view.path.length > 0 && navigate(routeOf(view.path.slice(0, -1))),
    rename: withTargets(([entry, ...others]) => {
      if (entry !== undefined && others.length === 0) ask({ kind: "rename", entry });
    }),
    remove: withTargets((entries) => ask({ kind: "remove", entries })),
    copyLinks: withTargets((entries) => void copyLinks(entries)),
    cut: withTargets((entries) => {
      onCut({ entries, folderId: data.folderId ?? 0 });
      notices.tell(text("done.cut", { count: entries.length }));
    }),
    paste: () => void changes.paste(),
    undo: () => void changes.undo(),
    menu: openMenu,
  };
  const cutKeys = useMemo(() => new Set(cut?.entries.map(({ key }) => key)), [cut]);
  return {
    selection,
    cutKeys,
    commands,
    question,
    ...menu,
    withSelected: (entry) => (selection.entries.has(entry.key) ? [...selection.entries.values()] : [entry]),
    ask,
    answered: () => {
      ask(undefined);
      // Once the dialog has given the focus back.
      setTimeout(focusGrid);
    },
    hideDetails: () => {
      showDetails(false);
      focusGrid();
    },
    askMove: withTargets((entries) => ask({ kind: "move", entries })),
    download: withTargets((entries) => void download(entries).catch(notices.fail)),
    ...changes,
    rename: async (entry, name) => {
      await changes.rename(entry, name);
      setSelection(nothing);
    },
  };
}

/** What others removed, or moved elsewhere, is chosen no more. A filter hides some of what is there. */
function stillThere(chosen: Selection, data: FolderData, { filter }: FolderView): Selection {
  if (!data.isWhole || filter !== "") return chosen;
  return within(chosen, (key) => data.indexOf(key) !== undefined);
}

/** The answer is no page, so that this one stays. */
async function download(entries: readonly Entry[]): Promise<void> {
  const link = document.createElement("a");
  link.href = await downloadAddress(entries);
  link.download = "";
  link.click();
}
