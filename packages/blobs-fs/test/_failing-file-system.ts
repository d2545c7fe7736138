import { constants } from "node:fs";
import { nodeFileSystem } from "../src/index.ts";
import type { DiskFile, DiskFileSystem } from "../src/index.ts";

export type DiskStep =
  | "open"
  | "read"
  | "write"
  | "sync"
  | "datasync"
  | "close"
  | "stat"
  | "rename"
  | "unlink"
  | "make-folder"
  | "entries"
  | "room";

/** Called before every step. If it throws, the step fails with that error. */
export type BeforeStep = (step: DiskStep, path: string) => void | Promise<void>;

export function errnoError(code: string): Error {
  return Object.assign(new Error(`${code}: made by the test`), { code });
}

/** The real disk, except where `before` throws. `writeAtMost` makes writes short. */
export function failingFileSystem(before: BeforeStep, writeAtMost = Number.POSITIVE_INFINITY): DiskFileSystem {
  return {
    openFile: async (path, flags, mode) => {
      await before("open", path);
      return failingFile(await nodeFileSystem.openFile(path, flags, mode), path, before, writeAtMost);
    },
    makeFolder: async (path, mode) => {
      await before("make-folder", path);
      await nodeFileSystem.makeFolder(path, mode);
    },
    rename: async (from, to) => {
      await before("rename", from);
      await nodeFileSystem.rename(from, to);
    },
    unlink: async (path) => {
      await before("unlink", path);
      await nodeFileSystem.unlink(path);
    },
    stat: async (path) => {
      await before("stat", path);
      return nodeFileSystem.stat(path);
    },
    entries: async function* (path) {
      await before("entries", path);
      yield* nodeFileSystem.entries(path);
    },
    room: async (path) => {
      await before("room", path);
      return nodeFileSystem.room(path);
    },
  };
}

/** Undefined on systems without it. */
export const { O_DIRECT = 0 } = constants as { O_DIRECT?: number };

export const isDirect = (flags: number): boolean => (flags & O_DIRECT) !== 0;

/** Refuses direct writes, like many network file systems. */
export const throughCache = (fileSystem: DiskFileSystem): DiskFileSystem => ({
  ...fileSystem,
  openFile: async (path, flags, mode) => {
    if (isDirect(flags)) throw errnoError("EINVAL");
    return fileSystem.openFile(path, flags, mode);
  },
});

function failingFile(file: DiskFile, path: string, before: BeforeStep, writeAtMost: number): DiskFile {
  return {
    read: async (buffer, offset, length, position) => {
      await before("read", path);
      return file.read(buffer, offset, Math.min(length, 1000), position);
    },
    write: async (buffer, offset, length, position) => {
      await before("write", path);
      return file.write(buffer, offset, Math.min(length, writeAtMost), position);
    },
    sync: async () => {
      await before("sync", path);
      await file.sync();
    },
    datasync: async () => {
      await before("datasync", path);
      await file.datasync();
    },
    stat: async () => {
      await before("stat", path);
      return file.stat();
    },
    // On Linux the file is closed even if close fails.
    close: async () => {
      await file.close();
      await before("close", path);
    },
  };
}
