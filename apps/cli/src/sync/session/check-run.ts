import { exitCodes } from "../../command-line/exit-codes.ts";
import { scanBothSides } from "./both-sides.ts";
import type { SidesRequest } from "./both-sides.ts";
import { addChecksums } from "../plan/comparison.ts";
import type { Hasher } from "../trees/hash-file.ts";
import { LocalIndex } from "../trees/local-index.ts";
import { RunRecord } from "../apply/run-record.ts";
import type { LeftOut, SyncWatcher } from "../apply/run-record.ts";
import { SyncError } from "../trees/sync-error.ts";
import { joinPath, mayExist, walkFiles } from "../trees/tree.ts";
import type { LocalFile, RemoteFile, TreeFile, TreeFolder } from "../trees/tree.ts";

export type DifferenceKind = "differs" | "only here" | "only remote" | "unproven" | "missing";

export interface Difference {
  path: string;
  kind: DifferenceKind;
  detail?: string;
}

export interface CheckResult {
  same: number;
  sameBytes: number;
  differences: Difference[];
  /** Not compared: links, special files, names that only one side can have. */
  leftOut: LeftOut[];
}

export interface CheckRequest extends SidesRequest {
  hasher: Hasher;
  /** Entries that only the other side has are no difference. */
  onlyWhatIs: "here" | "remote" | "anywhere";
  comparesSizesOnly: boolean;
  /** As the user wrote it, for messages. */
  remoteName: string;
  watcher?: SyncWatcher;
}

interface Comparison extends CheckRequest {
  /**
   * Files and folders on either side that could not be read: reported as left out; neither they nor their possible
   * contents count as differences.
   */
  unreadable: ReadonlySet<string>;
}

/** Compares every byte of the local side with the checksums in the remote listing. Changes nothing, trusts no index. */
export async function runCheck(request: CheckRequest): Promise<CheckResult> {
  if (request.remoteRootId === undefined) {
    throw new SyncError("source-missing", `The folder ${request.remoteName} does not exist.`, {
      exitCode: exitCodes.notFound,
    });
  }
  const record = new RunRecord(request.watcher);
  const { local, scanned } = await scanBothSides(request, record, { isLocalTarget: false });
  record.watcher.onPhase?.("comparing");
  if (!request.comparesSizesOnly) await readLocalSide(local, scanned, request, record);
  const result: CheckResult = { same: 0, sameBytes: 0, differences: [], leftOut: record.leftOut };
  const unreadable = new Set(record.leftOut.filter(({ why }) => why === "unreadable").map(({ path }) => path));
  compareFolders("", local, scanned, { ...request, unreadable }, result);
  for (const path of request.filter.unfound((each) => mayExist(local, each) || mayExist(scanned, each))) {
    result.differences.push({ path, kind: "missing", detail: "listed, but on neither side" });
  }
  result.differences.sort((one, other) => (one.path < other.path ? -1 : Number(one.path > other.path)));
  return result;
}

async function readLocalSide(
  local: TreeFolder<LocalFile>,
  remote: TreeFolder<RemoteFile>,
  request: CheckRequest,
  record: RunRecord,
): Promise<void> {
  using index = LocalIndex.inMemory();
  await addChecksums(local, remote, {
    localRoot: request.localRoot,
    localNames: request.localNames,
    method: "checksum",
    index,
    hasher: request.hasher,
    signal: request.signal,
    remoteMayServe: "none",
    onStart: (files, bytes) => record.watcher.onTotal?.(files, bytes),
    onBytes: (count) => record.watcher.onBytes?.(count),
    onUnreadable: (path, code) => record.leaveOut(path, "unreadable", code),
  });
}

function compareFolders(
  path: string,
  local: TreeFolder<LocalFile>,
  remote: TreeFolder<RemoteFile>,
  request: Comparison,
  result: CheckResult,
): void {
  const { onlyWhatIs, comparesSizesOnly, unreadable } = request;
  const mayBeHere = unreadable.has(path) && local.isIncomplete;
  const mayBeThere = unreadable.has(path) && remote.isIncomplete;
  for (const [name, file] of local.files) {
    const other = remote.files.get(name);
    if (unreadable.has(joinPath(path, name)) || (other === undefined && mayBeThere)) continue;
    const difference = other === undefined ? onlyHere(onlyWhatIs) : differenceOf(file, other, comparesSizesOnly);
    if (difference !== undefined) result.differences.push({ path: joinPath(path, name), ...difference });
    if (other === undefined || difference !== undefined) continue;
    result.same += 1;
    result.sameBytes += file.sizeBytes;
  }
  for (const [name, file] of remote.files) {
    if (local.files.has(name) || mayBeHere || unreadable.has(joinPath(path, name)) || onlyWhatIs === "here") continue;
    result.differences.push({ path: joinPath(path, name), kind: "only remote", ...damageOf(file) });
  }
  for (const [name, files] of remote.hidden) {
    const detail = files.length === 1 ? "an older file with this name" : `${files.length} older files with this name`;
    if (unreadable.has(joinPath(path, name)) || (mayBeHere && !local.files.has(name))) continue;
    if (onlyWhatIs !== "here") result.differences.push({ path: joinPath(path, name), kind: "only remote", detail });
  }
  const names = new Set([...local.folders.keys(), ...remote.folders.keys()]);
  for (const name of names) {
    const isUnknown = local.folders.has(name) ? mayBeThere : mayBeHere;
    if (isUnknown && !(local.folders.has(name) && remote.folders.has(name))) continue;
    compareSubFolder(joinPath(path, name), local.folders.get(name), remote.folders.get(name), request, result);
  }
}

function compareSubFolder(
  path: string,
  local: TreeFolder<LocalFile> | undefined,
  remote: TreeFolder<RemoteFile> | undefined,
  request: Comparison,
  result: CheckResult,
): void {
  if (local !== undefined && remote !== undefined) return compareFolders(path, local, remote, request, result);
  if (request.unreadable.has(path)) return;
  const [side, kind] = local === undefined ? (["remote", "only remote"] as const) : (["here", "only here"] as const);
  if (request.onlyWhatIs !== "anywhere" && request.onlyWhatIs !== side) return;
  const present: TreeFolder<LocalFile> | TreeFolder<RemoteFile> | undefined = local ?? remote;
  for (const { folder, name, file } of present === undefined ? [] : walkFiles<LocalFile | RemoteFile>(present, path)) {
    result.differences.push({ path: joinPath(folder, name), kind, ...damageOf(file) });
  }
}

function onlyHere(onlyWhatIs: CheckRequest["onlyWhatIs"]): Omit<Difference, "path"> | undefined {
  return onlyWhatIs === "remote" ? undefined : { kind: "only here" };
}

function damageOf({ isDamaged }: TreeFile): Pick<Difference, "detail"> {
  return isDamaged === true ? { detail: "damaged on the server" } : {};
}

function differenceOf(
  local: LocalFile,
  remote: RemoteFile,
  comparesSizesOnly: boolean,
): Omit<Difference, "path"> | undefined {
  if (remote.isDamaged === true) return { kind: "differs", ...damageOf(remote) };
  if (local.sizeBytes !== remote.sizeBytes) {
    return { kind: "differs", detail: `${local.sizeBytes} bytes here, ${remote.sizeBytes} there` };
  }
  if (comparesSizesOnly || local.sizeBytes === 0) return undefined;
  if (remote.whirlpool === undefined) {
    const isPending = remote.isPending === true;
    return {
      kind: "unproven",
      detail: isPending ? "the server is still computing its checksum" : "the server gives no checksum",
    };
  }
  if (local.whirlpool === undefined) return { kind: "unproven", detail: "it changed while it was being read" };
  return local.whirlpool === remote.whirlpool ? undefined : { kind: "differs", detail: "same size, different content" };
}
