import { useState } from "react";
import { useLocation } from "wouter";
import type { Entry } from "../api/entries.ts";
import { ownPlace, type Place } from "../api/place.ts";
import type { Found } from "../api/search.ts";
import { useNotices } from "../frame/notices.tsx";
import { chosenOf } from "../files/chosen.ts";
import { fileBeside } from "../files/file-beside.ts";
import type { DialogActions } from "../files/folder-dialogs.tsx";
import { routeOf } from "../files/folder-path.ts";
import type { GridCommands } from "../files/grid-keys.ts";
import { openAtEntry } from "../files/opened-entry.ts";
import { rightsIn } from "../files/rights.ts";
import { nothing, only } from "../files/selection.ts";
import { useAskedFiles } from "../files/use-asked-files.ts";
import { useChanges } from "../files/use-changes.ts";
import { useCopyLinks } from "../files/use-copy-links.ts";
import { useDownload } from "../files/use-download.ts";
import { useQuestion } from "../files/use-question.ts";
import { useRowMenu } from "../files/use-row-menu.ts";

export interface FoundActions extends DialogActions {
  commands: Pick<GridCommands, "open" | "rename" | "remove" | "copyLinks" | "undo" | "menu">;
  /** The folder of the result that a menu or a dialog is about. */
  place: Place;
}

/** What can be done with one of the results of a search, as in its folder. All results are the user's own. */
export function useFoundCommands(found: readonly Found[], focusGrid: () => void): FoundActions {
  const [, navigate] = useLocation();
  const notices = useNotices();
  // Kept as it was: the results may no longer contain what a dialog is about.
  const [target, setTarget] = useState<Found>();
  const place = ownPlace(target?.path ?? []);
  const rights = rightsIn(place, undefined);
  const chosen = chosenOf(target === undefined ? [] : [target.entry]);
  const asking = useQuestion(focusGrid);
  const { ask } = asking;
  const foundOf = (entry: Entry | undefined) =>
    entry === undefined ? target : found.find((each) => each.entry.key === entry.key);
  const select = (entry: Entry | undefined) => {
    const each = foundOf(entry);
    setTarget(each);
    return each;
  };
  const selection = target === undefined ? nothing : only(target.entry);
  const { openMenu, ...menu } = useRowMenu(selection, {
    select: ({ entries }) => void select([...entries.values()][0]),
    focusGrid,
  });
  const changes = useChanges({
    view: { place, sort: "name", order: "asc", filter: "" },
    data: { folderId: target?.folderId },
    rights,
    cut: undefined,
    onCut: () => undefined,
    gone: () => undefined,
  });
  const download = useDownload(rights, target?.folderId ?? 0);
  const copyLinks = useCopyLinks();
  const askFiles = useAskedFiles(ask);
  const forOne = (act: (each: Found) => void) => (entry?: Entry) => {
    const each = select(entry);
    if (each !== undefined) act(each);
  };
  const list = {
    indexOf: (key: string) => {
      const index = found.findIndex((each) => each.entry.key === key);
      return index === -1 ? undefined : index;
    },
    entryAt: (index: number) => found[index]?.entry,
  };
  return {
    ...changes,
    ...asking,
    ...menu,
    place,
    rights,
    chosen,
    commands: {
      open: forOne(({ entry, path }) => {
        if (entry.kind === "folder") return navigate(routeOf([...path, entry.name]));
        openAtEntry(entry.key);
        navigate(routeOf(path));
      }),
      rename: forOne(({ entry }) => ask({ kind: "rename", entry })),
      remove: forOne(({ entry }) => ask({ kind: "remove", chosen: chosenOf([entry]) })),
      copyLinks: forOne(({ entry }) => void copyLinks(chosenOf([entry]))),
      undo: () => void changes.undo(),
      menu: (entry, at) => {
        // It may have been renamed since it was selected.
        select(entry);
        openMenu(entry, at);
      },
    },
    askMove: () => ask({ kind: "move", chosen }),
    askAttributes: () => askFiles("attributes")(chosen),
    askCopyAs: () => askFiles("copy")(chosen),
    download: () => void download(chosen).catch(notices.fail),
    downloadFile: (file) => void download(chosenOf([file])).catch(notices.fail),
    fileBeside: (file, step) => fileBeside(list, file, step),
  };
}
