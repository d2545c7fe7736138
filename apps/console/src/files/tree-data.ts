import { useQueries } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { FolderGoneError, type FolderItem, type FolderPart } from "../api/entries.ts";
import { type Place, placeBelow, placesAbove } from "../api/place.ts";
import { partQuery } from "./folder-data.ts";
import { routeOfPlace } from "./place-route.ts";

/** Parts of one folder; for more, the user opens the list, which has no limit. */
const MOST_PARTS = 5;
/** Parts of all open folders: beyond that, those opened first are closed. */
const MOST_IN_ALL = 40;

/** Shown after the subfolders: they are loading, failed to load, or there are more of them. */
export type Rest = "loading" | "failed" | "more" | "inList";

export interface TreeNode {
  /** Route of the folder's page; unique. */
  route: string;
  place: Place;
  /**
   * Keys of the entries for each folder from the root down; undefined if the list that contains it is not loaded yet.
   */
  keys: readonly (string | undefined)[];
  mayOpen: boolean;
  below: readonly TreeNode[];
  rest: Rest | undefined;
}

export interface FolderTreeData {
  root: TreeNode;
  /** Routes of the open folders. */
  open: ReadonlySet<string>;
  /** The path to the current folder is loaded, or cannot be. */
  isReady: boolean;
  /** Finds a node by the route of its folder. */
  find(route: string): TreeNode | undefined;
  setOpen(routes: ReadonlySet<unknown>): void;
  showMore(route: string): void;
  retry(): void;
}

interface OpenFolder {
  place: Place;
  route: string;
  parts: number;
}

interface Branch {
  folders: readonly FolderItem[];
  rest: Rest | undefined;
}

/**
 * Folders below the root, which is the user's own or a shared folder; each is loaded when it is opened. Those above the
 * current folder are open.
 */
export function useFolderTree(shown: Place): FolderTreeData {
  const route = routeOfPlace(shown);
  const [opened, setOpened] = useState<readonly OpenFolder[]>(() => withAbove([], shown));
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the route tells places apart
  useEffect(() => setOpened((before) => withAbove(before, shown)), [route]);
  const wanted = opened.flatMap((each) => Array.from({ length: each.parts }, (_, part) => ({ ...each, part })));
  const results = useQueries({ queries: wanted.map((each) => partQuery(viewOf(each.place), each.part)) });
  const branches = new Map<string, Branch>();
  for (const { route: each } of opened) {
    branches.set(each, branchOf(results.filter((_, at) => wanted[at]?.route === each)));
  }
  // Removed or renamed: opening a folder of that name later loads it again.
  const gone = wanted.filter((_, at) => results[at]?.error instanceof FolderGoneError).map((each) => each.route);
  const goneText = gone.join("\n");
  useEffect(() => {
    if (goneText !== "") setOpened((before) => before.filter((each) => !goneText.split("\n").includes(each.route)));
  }, [goneText]);
  const [top = shown] = wayTo(shown);
  const root = nodeOf({ place: top, keys: [], mayOpen: true }, branches, wayTo(shown));
  return {
    root,
    open: new Set(branches.keys()),
    isReady: openAbove(shown).every((each) => branches.get(routeOfPlace(each))?.rest !== "loading"),
    find: (which) => findIn(root, which),
    setOpen: (routes) => {
      const added = [...routes].map(String).filter((each) => !branches.has(each));
      const remaining = opened.filter((each) => routes.has(each.route));
      setOpened(bounded([...remaining, ...added.flatMap((each) => findIn(root, each)?.place ?? []).map(openedFirst)]));
    },
    showMore: (which) =>
      setOpened(bounded(opened.map((each) => (each.route === which ? { ...each, parts: each.parts + 1 } : each)))),
    retry: () => void Promise.all(results.filter(({ isError }) => isError).map(({ refetch }) => refetch())),
  };
}

const viewOf = (place: Place) => ({ place, sort: "name", order: "asc", filter: "", kind: "folder" }) as const;

/** From the root of the tree down to the folder. */
export const wayTo = (place: Place): readonly Place[] => [...placesAbove(place), place];

/** From the root, even if that is the current folder, down to the parent. */
function openAbove(place: Place): readonly Place[] {
  const above = placesAbove(place);
  return above.length === 0 ? [place] : above;
}

const openedFirst = (place: Place): OpenFolder => ({ place, route: routeOfPlace(place), parts: 1 });

function withAbove(opened: readonly OpenFolder[], shown: Place): readonly OpenFolder[] {
  const missing = openAbove(shown)
    .map(openedFirst)
    .filter((above) => opened.every((each) => each.route !== above.route));
  return missing.length === 0 ? opened : bounded([...opened, ...missing]);
}

/** Closes what was opened first, except what contains the last one. */
function bounded(opened: readonly OpenFolder[]): readonly OpenFolder[] {
  const last = opened.at(-1);
  const stay = new Set(last && wayTo(last.place).map(routeOfPlace));
  const remaining = [...opened];
  while (remaining.reduce((sum, { parts }) => sum + parts, 0) > MOST_IN_ALL) {
    const first = remaining.findIndex(({ route }) => !stay.has(route));
    if (first === -1) break;
    remaining.splice(first, 1);
  }
  return remaining;
}

function branchOf(parts: readonly { data: FolderPart | undefined; error: Error | null }[]): Branch {
  const loaded = parts.flatMap(({ data }) => data ?? []);
  const byKey = new Map<string, FolderItem>();
  // An entry moved between two answers may be in both.
  for (const entry of loaded.flatMap(({ entries }) => entries))
    if (entry.kind === "folder") byKey.set(entry.key, entry);
  const folders = [...byKey.values()];
  if (parts.some(({ data, error }) => data === undefined && error !== null)) return { folders, rest: "failed" };
  if (loaded.length < parts.length) return { folders, rest: "loading" };
  if (folders.length >= (loaded.at(-1)?.folderCount ?? 0)) return { folders, rest: undefined };
  return { folders, rest: parts.length < MOST_PARTS ? "more" : "inList" };
}

/** @param shown the path to the current folder */
function nodeOf(
  own: Pick<TreeNode, "place" | "keys" | "mayOpen">,
  branches: ReadonlyMap<string, Branch>,
  shown: readonly Place[],
): TreeNode {
  const { place, keys } = own;
  const route = routeOfPlace(place);
  // A closed folder has a hidden line too: the tree only lets keys open what has something inside.
  const { folders, rest } = branches.get(route) ?? { folders: [], rest: own.mayOpen ? "loading" : undefined };
  const below = folders.map((folder) =>
    nodeOf(
      { place: placeBelow(place, folder), keys: [...keys, folder.key], mayOpen: folder.folderCount > 0 },
      branches,
      shown,
    ),
  );
  // The current folder, or the path to it, may be further down than what is loaded.
  const next = routeOfPlace(shown[keys.length] ?? place) === route ? shown[keys.length + 1] : undefined;
  const isMissing = next !== undefined && below.every((each) => each.route !== routeOfPlace(next));
  if (isMissing && (rest === "more" || rest === "inList"))
    below.push(nodeOf({ place: next, keys: [...keys, undefined], mayOpen: true }, branches, shown));
  return { ...own, route, below, rest };
}

function findIn(node: TreeNode, route: string): TreeNode | undefined {
  if (node.route === route) return node;
  for (const each of node.below) {
    const found = findIn(each, route);
    if (found !== undefined) return found;
  }
  return undefined;
}
