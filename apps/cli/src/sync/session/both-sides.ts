import { stat } from "node:fs/promises";
import { systemCode } from "@consigne/contract/system-reasons";
import type { PathFilter } from "../trees/filter-rules.ts";
import type { LocalNames } from "../trees/local-names.ts";
import { scanLocal } from "../trees/local-scan.ts";
import type { ScanOptions } from "../trees/local-scan.ts";
import { scanRemote } from "../trees/remote-scan.ts";
import type { RemoteScanOptions } from "../trees/remote-scan.ts";
import type { RemoteStore } from "../trees/remote-store.ts";
import type { RunRecord } from "../apply/run-record.ts";
import { emptyFolder } from "../trees/tree.ts";
import type { LocalFile, RemoteFile, TreeFolder } from "../trees/tree.ts";

export interface SidesRequest {
  localRoot: string;
  /** Undefined: it does not exist yet. */
  remoteRootId: number | undefined;
  remote: RemoteStore;
  filter: PathFilter;
  followsLinks: boolean;
  signal: AbortSignal;
  /** How names are written on this machine. */
  localNames: LocalNames;
}

export interface BothSides {
  local: TreeFolder<LocalFile>;
  scanned: TreeFolder<RemoteFile>;
}

/** Scans both sides at once; the first failure ends the other scan too. */
export async function scanBothSides(
  request: SidesRequest,
  record: RunRecord,
  options: { isLocalTarget: boolean; superseded?: ReadonlySet<string> },
): Promise<BothSides> {
  record.watcher.onPhase?.("scanning");
  const ended = new AbortController();
  const signal = AbortSignal.any([request.signal, ended.signal]);
  const end = (error: unknown): never => {
    ended.abort(error);
    throw error;
  };
  const localScan = scanLocalSide(request, record, options.isLocalTarget, signal).catch(end);
  const remoteScan = scanRemoteSide(request, record, options, signal).catch(end);
  await Promise.allSettled([localScan, remoteScan]);
  // Both have ended; the one that failed first gives the reason.
  ended.signal.throwIfAborted();
  return { local: await localScan, scanned: await remoteScan };
}

async function scanLocalSide(
  request: SidesRequest,
  record: RunRecord,
  isTarget: boolean,
  signal: AbortSignal,
): Promise<TreeFolder<LocalFile>> {
  if (isTarget && (await isMissing(request.localRoot))) return emptyFolder<LocalFile>();
  return scanLocal(request.localRoot, {
    filter: request.filter,
    signal,
    followsLinks: !isTarget && request.followsLinks,
    names: request.localNames,
    onUnseen: leavingOut(record, { isSource: !isTarget }),
    onFolder: (path, files) => record.watcher.onScanned?.("local", path, files),
  });
}

async function scanRemoteSide(
  request: SidesRequest,
  record: RunRecord,
  { isLocalTarget, superseded = new Set() }: { isLocalTarget: boolean; superseded?: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<TreeFolder<RemoteFile>> {
  const { remote, remoteRootId, filter, localNames } = request;
  if (remoteRootId === undefined) return emptyFolder<RemoteFile>();
  const options: RemoteScanOptions = {
    filter,
    signal,
    superseded,
    onUnseen: leavingOut(record, { isSource: isLocalTarget }),
    onFolder: (path, files) => record.watcher.onScanned?.("remote", path, files),
  };
  if (!isLocalTarget) return scanRemote(remote, remoteRootId, options);
  return scanRemote(remote, remoteRootId, {
    ...options,
    whyUnusable: (name) => localNames.whyUnusable(name),
    keyOf: (name) => localNames.keyOf(name),
    leavesOutDamaged: true,
  });
}

function leavingOut(record: RunRecord, { isSource }: { isSource: boolean }): NonNullable<ScanOptions["onUnseen"]> {
  return (path, why, detail) =>
    isSource ? record.leaveOutOfSource(path, why, detail) : record.leaveOut(path, why, detail);
}

async function isMissing(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    (error: unknown) => systemCode(error) === "ENOENT",
  );
}
