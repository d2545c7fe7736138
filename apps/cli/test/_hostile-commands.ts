import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { fromRemoteName, toRemoteName, writtenName } from "@consigne/contract/remote-names";
import type { LocalTree, RemoteEntry, RemoteTree } from "./_hostile-world.ts";
import type { Choices } from "./_proof.ts";
import { jsonLines, type Ran } from "./_terminal.ts";

/** Both sides at one moment. */
export interface Sides {
  local: LocalTree;
  remote: RemoteTree;
  remoteFolders: ReadonlySet<string>;
}

/** A command line, with checks of what it may and must have done, given both sides before and after. */
export interface Command {
  args: string[];
  isDownload: boolean;
  /** Whether a local path may have changed from one content to another; undefined means that nothing is there. */
  mayChange(path: string, from: string | undefined, to: string | undefined, after: Sides): boolean;
  /** Whether a remote file may be gone from its path. */
  mayGo(entry: RemoteEntry, after: Sides): boolean;
  mayCome(entry: RemoteEntry): boolean;
  /** Whether a remote file may have been moved there: its content is wanted nearby, and it keeps its link. */
  mayMove(entry: RemoteEntry): boolean;
  /** What a run with this result must have done. */
  requireDone(ran: Ran, after: Sides): void;
}

const isFile = (content: string | undefined): content is string => content !== undefined && /^\d+:/.test(content);
const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);
const localPathOf = (remotePath: string): string => remotePath.split("/").map(fromRemoteName).join("/");
const nothing = () => false;
/** The folders above a path, nearest first. */
function* above(path: string): Generator<string> {
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) yield path.slice(0, at);
}
/** The path of something before it was set aside. */
const placeOf = (path: string): string => path.replace(/\.consigne-replaced(-\d+)?(?=\/|$)/i, "");
/** Whether a path is, or is inside, something set aside: no run on a folder transfers, replaces or removes it. */
const isAside = (path: string): boolean => /\.consigne-replaced(-\d+)?(\/|$)/i.test(path);

/**
 * The files of a path that may be meant: the newest, and others of the same second. Of two folders whose names are
 * spellings of the same one, only one is transferred, and it may be either.
 */
function newestOf(entries: Iterable<RemoteEntry>): Map<string, Set<string>> {
  const found = Map.groupBy(
    entries,
    ({ path }) => path.slice(0, path.lastIndexOf("/") + 1) + fromRemoteName(basename(path)),
  );
  const newest = new Map<string, Set<string>>();
  for (const [path, files] of found) {
    const latest = Math.max(...files.map(({ order }) => order));
    const contents = files.filter(({ order }) => order === latest).map(({ content }) => content);
    newest.set(localPathOf(path), new Set([...(newest.get(localPathOf(path)) ?? []), ...contents]));
  }
  return newest;
}

export interface Choice {
  kind: "put" | "putFolder" | "get" | "getFolder" | "syncUp" | "syncDown";
  localFolder: string;
  /** As typed. */
  remoteFolder: string;
  option: string | undefined;
  transfers: "1" | "4";
  pick: number;
}

/**
 * The folder that a path leads to. It may exist in another spelling: a `--delete` removed the one with this spelling,
 * and a command made it again in its own spelling.
 */
function meantFolder(typed: string, folders: ReadonlySet<string>): string {
  if (folders.has(typed)) return typed;
  const other = [...folders].find((path) => localPathOf(path) === localPathOf(typed));
  return other ?? typed.split("/").map(writtenName).join("/");
}

/** Builds the selected command for the current state of both sides. */
export function commandOf(
  choice: Choice,
  root: string,
  before: Sides,
  choices: (seed: number) => Choices,
): Command | undefined {
  const chance = choices(choice.pick);
  if (choice.kind === "put") return put(choice, root, before, chance);
  if (choice.kind === "get") return get(choice, root, before, chance);
  if (choice.kind === "putFolder" || choice.kind === "syncUp") return sendFolder(choice, root, before);
  return fetchFolder(choice, root, before);
}

function put(
  { localFolder, remoteFolder: typedFolder, option }: Choice,
  root: string,
  { local, remoteFolders }: Sides,
  chance: Choices,
): Command | undefined {
  const remoteFolder = meantFolder(typedFolder, remoteFolders);
  const files = [...local].filter(([path, content]) => isBelow(path, localFolder) && isFile(content));
  if (files.length === 0) return undefined;
  const chosen = chance.some(files, 4);
  const targetOf = (path: string) => `${remoteFolder}/${toRemoteName(basename(path))}`;
  const wanted = new Map<string, Set<string>>();
  for (const [path, content] of chosen)
    wanted.set(targetOf(path), (wanted.get(targetOf(path)) ?? new Set()).add(content));
  const flags = option === "--keep-both" || option === "--no-clobber" ? [option] : [];
  const isConflict = option !== "--keep-both" && new Set(chosen.map(([path]) => targetOf(path))).size < chosen.length;
  // A file that another client stored in another spelling is the same file.
  const isThere = ({ remote }: Sides, path: string, content: string) =>
    [...remote.values()].some((each) => localPathOf(each.path) === localPathOf(path) && each.content === content);
  const areThere = (sides: Sides, path: string) =>
    [...(wanted.get(path) ?? [])].every((content) => isThere(sides, path, content));
  const sameName = (path: string) => [...wanted.keys()].find((each) => localPathOf(each) === localPathOf(path));
  return {
    args: ["put", "--json", ...flags, ...chosen.map(([path]) => join(root, path)), `:${typedFolder}/`],
    isDownload: false,
    mayChange: nothing,
    mayGo({ path }, after) {
      const replacing = sameName(path);
      return !isConflict && flags.length === 0 && replacing !== undefined && areThere(after, replacing);
    },
    mayCome: ({ path, content }) => !isConflict && wanted.get(path)?.has(content) === true,
    mayMove: nothing,
    requireDone({ code, stdout }, after) {
      if (isConflict) assert.ok(code === 10 || code === 130, `sources in conflict, and code ${code}`);
      for (const { action, path, url } of jsonLines(stdout)) {
        if (action !== "sent" && action !== "unchanged") continue;
        const there = after.remote.get(String(url));
        assert.equal(localPathOf(there?.path ?? ""), localPathOf(String(path)), "a link is dead");
        const contents = wanted.get(`${remoteFolder}/${basename(String(path))}`);
        assert.ok(contents?.has(there?.content ?? ""), "a link leads to something else");
      }
      for (const path of wanted.keys())
        if (code === 0 && option !== "--no-clobber") assert.ok(areThere(after, path), `not on the server: ${path}`);
    },
  };
}

function sendFolder(
  { kind, localFolder, remoteFolder: typedFolder, option, transfers }: Choice,
  root: string,
  before: Sides,
): Command {
  const isSync = kind === "syncUp";
  const remoteFolder = meantFolder(typedFolder, before.remoteFolders);
  const base = isSync ? remoteFolder : `${remoteFolder}/${toRemoteName(basename(localFolder))}`;
  const deletes = isSync && option === "--delete";
  const localBase = localPathOf(base);
  const localOf = (path: string) =>
    isBelow(localPathOf(path), localBase) ? `${localFolder}${localPathOf(path).slice(localBase.length)}` : "";
  const isThere = ({ remote }: Sides, local: string) =>
    [...remote.values()].some(({ path, content }) => localOf(path) === local && content === before.local.get(local));
  const more = deletes ? ["--delete", "--allow-empty-source"] : [];
  return {
    args: isSync
      ? ["sync", ...more, "--transfers", transfers, join(root, localFolder), `:${typedFolder}`]
      : ["put", "-r", join(root, localFolder), `:${typedFolder}`],
    isDownload: false,
    mayChange: nothing,
    mayGo({ path }, after) {
      const source = localOf(path);
      if (source === "" || isAside(path)) return false;
      const content = before.local.get(source);
      if (isFile(content)) return isThere(after, source);
      // A good copy is only removed for something that has arrived.
      const inPlace = [...above(source)].filter((each) => isFile(before.local.get(each)));
      for (const [each, local] of before.local)
        if (isBelow(each, source) && isFile(local) && !isAside(each)) inPlace.push(each);
      return (
        deletes && (content === undefined || content === "folder") && inPlace.every((each) => isThere(after, each))
      );
    },
    mayCome: ({ path, content }) => !isAside(path) && before.local.get(localOf(path)) === content,
    mayMove: ({ path, content }) =>
      !isAside(path) && localOf(path) !== "" && [...before.local.values()].includes(content),
    requireDone({ code }, after) {
      if (code !== 0) return;
      for (const [path, content] of before.local)
        if (isBelow(path, localFolder) && isFile(content) && !isAside(path))
          assert.ok(isThere(after, path), `not on the server: ${path}`);
    },
  };
}

function get(
  { localFolder, remoteFolder: typedFolder, option }: Choice,
  root: string,
  { local: localBefore, remote, remoteFolders }: Sides,
  chance: Choices,
): Command | undefined {
  const remoteFolder = meantFolder(typedFolder, remoteFolders);
  const files = [...remote.values()].filter(({ path }) => isBelow(path, remoteFolder));
  const paths = [...new Set(files.map(({ path }) => path))];
  if (paths.length === 0) return undefined;
  const wanted = new Map<string, Set<string>>();
  const asked = chance.some(paths, 4);
  // An earlier `--delete` may have removed the folder: its path then names the future file.
  const isFolder = localBefore.get(localFolder) === "folder";
  for (const path of asked) {
    const contents = newestOf(files.filter((each) => each.path === path)).get(localPathOf(path)) ?? new Set();
    wanted.set(isFolder ? `${localFolder}/${basename(localPathOf(path))}` : localFolder, contents);
  }
  const flags = option === "--no-clobber" ? [option] : [];
  const isConflict = wanted.size < asked.length;
  return {
    args: ["get", "--json", ...flags, ...asked.map((path) => `:${path}`), join(root, localFolder)],
    isDownload: true,
    mayGo: nothing,
    mayCome: nothing,
    mayMove: nothing,
    mayChange: (path, from, to) =>
      !isConflict &&
      from !== "folder" &&
      isFile(to) &&
      wanted.get(path)?.has(to) === true &&
      (flags.length === 0 || from === undefined),
    requireDone({ code, stdout }, { local }) {
      const conflictCode = isFolder ? 10 : 2;
      if (isConflict) assert.ok(code === conflictCode || code === 130, `sources in conflict, and code ${code}`);
      for (const { action, localPath } of jsonLines(stdout)) {
        const path = String(localPath).slice(root.length + 1);
        if (action === "fetched") assert.ok(wanted.get(path)?.has(local.get(path) ?? ""), `not there: ${path}`);
      }
      for (const [path, contents] of wanted) {
        const is = local.get(path) ?? "";
        if (code === 0 && flags.length === 0 && !is.startsWith("->")) assert.ok(contents.has(is), `not there: ${path}`);
      }
    },
  };
}

function fetchFolder(
  { kind, localFolder, remoteFolder: typedFolder, option, transfers }: Choice,
  root: string,
  before: Sides,
): Command {
  const isSync = kind === "syncDown";
  const remoteFolder = meantFolder(typedFolder, before.remoteFolders);
  const base = isSync ? localFolder : `${localFolder}/${fromRemoteName(basename(remoteFolder))}`;
  const deletes = isSync && option === "--delete";
  const files = [...before.remote.values()].filter(({ path }) => isBelow(path, remoteFolder) && !isAside(path));
  const relative = files.map((entry) => ({ ...entry, path: entry.path.slice(remoteFolder.length + 1) }));
  const wanted = new Map([...newestOf(relative)].map(([path, contents]) => [`${base}/${path}`, contents]));
  const all = new Set(files.map(({ content }) => content));
  const more = deletes ? ["--delete", "--allow-empty-source"] : [];
  return {
    args: [
      ...(isSync ? ["sync", ...more] : ["get", "-r"]),
      "--transfers",
      transfers,
      // With the slash: a file with that name may be beside the folder.
      `:${typedFolder}/`,
      join(root, isSync ? base : localFolder),
    ],
    isDownload: true,
    mayGo: nothing,
    mayCome: nothing,
    mayMove: nothing,
    mayChange(path, from, to, after) {
      const hasCome = ([each, contents]: [string, Set<string>]) => contents.has(after.local.get(each) ?? "");
      const standsAside = () =>
        [...after.local].some(([each, content]) => content === from && isAside(each) && placeOf(each) === path);
      // The target is made if it does not exist.
      if (to === "folder" && from === undefined && isBelow(base, path)) return true;
      if (path !== base && !isBelow(path, base)) return false;
      // It is created by renaming what was there, and nothing else happens to it.
      if (isAside(path)) {
        return from === undefined && deletes && to !== undefined && before.local.get(placeOf(path)) === to;
      }
      if (to === undefined && isFile(from)) {
        const inPlace = [...above(path)].flatMap((each) => [...wanted].filter(([name]) => name === each));
        return deletes && !wanted.has(path) && (inPlace.every(hasCome) || standsAside());
      }
      if (to === undefined) return deletes && from === "folder";
      if (wanted.get(path)?.has(to) === true)
        return from === undefined || isFile(from) || (deletes && from === "folder");
      const below = [...wanted].filter(([each]) => isBelow(each, path));
      if (to === "folder")
        return from === undefined || (deletes && isFile(from) && (below.every(hasCome) || standsAside()));
      // A generated name for one of several.
      return !isSync && from === undefined && all.has(to);
    },
    requireDone({ code }, { local }) {
      if (code !== 0) return;
      const here = new Set([...local].filter(([path]) => isBelow(path, base)).map(([, content]) => content));
      for (const [path, contents] of wanted) {
        if (isSync) assert.ok(contents.has(local.get(path) ?? ""), `not there: ${path}`);
      }
      for (const content of isSync ? [] : all) assert.ok(here.has(content), `not there: ${content}`);
    },
  };
}
