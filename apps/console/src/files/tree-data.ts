import { useQueries } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { FolderGoneError, type FolderItem, type FolderPart } from "../api/entries.ts";
import { ownPlace } from "../api/place.ts";
import { partQuery } from "./folder-data.ts";
import { pathOf, routeOf } from "./folder-path.ts";

/** Parts of one folder; whoever looks for more finds it in the list, which has any number. */
const MOST_PARTS = 5;
/** Parts of all open folders: those that were opened first are closed. */
const MOST_IN_ALL = 40;

/** What is shown after the folders of a folder: they are on their way, did not come, or there are more of them. */
export type Rest = "loading" | "failed" | "more" | "inList";

export interface TreeNode {
  /** Of the page of the folder; tells it from all others. */
  route: string;
  path: readonly string[];
  /** Of the entry for each name of the path; undefined where the list that it stands in is not loaded so far. */
  keys: readonly (string | undefined)[];
  mayOpen: boolean;
  below: readonly TreeNode[];
  rest: Rest | undefined;
}

export interface FolderTreeData {
  root: TreeNode;
  /** Routes of the open folders. */
  open: ReadonlySet<string>;
  /** The way to the folder that is shown has come, or cannot. */
  isReady: boolean;
  setOpen(routes: ReadonlySet<unknown>): void;
  showMore(route: string): void;
  retry(): void;
}

interface OpenFolder {
  route: string;
  parts: number;
}

interface Branch {
  folders: readonly FolderItem[];
  rest: Rest | undefined;
}

/** Folders below the root, each asked for when it is opened; those above the one that is shown are open. */
export function useFolderTree(path: readonly string[]): FolderTreeData {
  const route = routeOf(path);
  const [opened, setOpened] = useState<readonly OpenFolder[]>(() => withAbove([], route));
  useEffect(() => setOpened((before) => withAbove(before, route)), [route]);
  const wanted = opened.flatMap((each) => Array.from({ length: each.parts }, (_, part) => ({ ...each, part })));
  const results = useQueries({ queries: wanted.map((each) => partQuery(viewOf(each.route), each.part)) });
  const branches = new Map<string, Branch>();
  for (const { route: each } of opened) {
    branches.set(each, branchOf(results.filter((_, at) => wanted[at]?.route === each)));
  }
  // Removed or renamed: who opens a folder of that name later asks anew.
  const gone = wanted.filter((_, at) => results[at]?.error instanceof FolderGoneError).map((each) => each.route);
  const goneText = gone.join("\n");
  useEffect(() => {
    if (goneText !== "") setOpened((before) => before.filter((each) => !goneText.split("\n").includes(each.route)));
  }, [goneText]);
  return {
    root: nodeOf({ path: [], keys: [], mayOpen: true }, branches, path),
    open: new Set(branches.keys()),
    isReady: routesAbove(route).every((each) => branches.get(each)?.rest !== "loading"),
    setOpen: (routes) => {
      const added = [...routes].map(String).filter((each) => !branches.has(each));
      const kept = opened.filter((each) => routes.has(each.route));
      setOpened(bounded([...kept, ...added.map((each) => ({ route: each, parts: 1 }))]));
    },
    showMore: (which) =>
      setOpened(bounded(opened.map((each) => (each.route === which ? { ...each, parts: each.parts + 1 } : each)))),
    retry: () => void Promise.all(results.filter(({ isError }) => isError).map(({ refetch }) => refetch())),
  };
}

const viewOf = (route: string) =>
  ({ place: ownPlace(pathOf(route)), sort: "name", order: "asc", filter: "", kind: "folder" }) as const;

/** Of the root, even where that is shown, down to the folder above. */
function routesAbove(route: string): string[] {
  const path = pathOf(route);
  return Array.from({ length: Math.max(1, path.length) }, (_, depth) => routeOf(path.slice(0, depth)));
}

function withAbove(opened: readonly OpenFolder[], route: string): readonly OpenFolder[] {
  const missing = routesAbove(route).filter((above) => opened.every((each) => each.route !== above));
  return missing.length === 0 ? opened : bounded([...opened, ...missing.map((each) => ({ route: each, parts: 1 }))]);
}

/** Closes what was opened first, but nothing that the last one lies in. */
function bounded(opened: readonly OpenFolder[]): readonly OpenFolder[] {
  const last = opened.at(-1)?.route ?? "";
  const kept = [...opened];
  while (kept.reduce((sum, { parts }) => sum + parts, 0) > MOST_IN_ALL) {
    const first = kept.findIndex(({ route }) => route !== last && !last.startsWith(`${route}/`));
    if (first === -1) break;
    kept.splice(first, 1);
  }
  return kept;
}

function branchOf(parts: readonly { data: FolderPart | undefined; error: Error | null }[]): Branch {
  const loaded = parts.flatMap(({ data }) => data ?? []);
  const byKey = new Map<string, FolderItem>();
  // What is moved between two answers may be in both.
  for (const entry of loaded.flatMap(({ entries }) => entries))
    if (entry.kind === "folder") byKey.set(entry.key, entry);
  const folders = [...byKey.values()];
  if (parts.some(({ data, error }) => data === undefined && error !== null)) return { folders, rest: "failed" };
  if (loaded.length < parts.length) return { folders, rest: "loading" };
  if (folders.length >= (loaded.at(-1)?.folderCount ?? 0)) return { folders, rest: undefined };
  return { folders, rest: parts.length < MOST_PARTS ? "more" : "inList" };
}

function nodeOf(
  own: Pick<TreeNode, "path" | "keys" | "mayOpen">,
  branches: ReadonlyMap<string, Branch>,
  shown: readonly string[],
): TreeNode {
  const { path, keys } = own;
  const route = routeOf(path);
  // What is closed has a line too, out of sight: the tree opens by key only what something lies in.
  const { folders, rest } = branches.get(route) ?? { folders: [], rest: own.mayOpen ? "loading" : undefined };
  const below = folders.map(({ name, key, folderCount }) =>
    nodeOf({ path: [...path, name], keys: [...keys, key], mayOpen: folderCount > 0 }, branches, shown),
  );
  // The folder that is shown, or the way to it, may be further down than what is loaded.
  const name = shown[path.length];
  const isAbove = name !== undefined && routeOf(shown).startsWith(`${route}/`);
  if (isAbove && (rest === "more" || rest === "inList") && folders.every((folder) => folder.name !== name))
    below.push(nodeOf({ path: [...path, name], keys: [...keys, undefined], mayOpen: true }, branches, shown));
  return { ...own, route, below, rest };
}
