import { lstat, mkdir, open, opendir, rename, statfs, unlink } from "node:fs/promises";

/** The few file system calls that the store makes, so that tests can make any of them fail. */
export interface DiskFileSystem {
  openFile(path: string, flags: number, mode?: number): Promise<DiskFile>;
  makeFolder(path: string, mode: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Never follows a link at the end of the path. */
  stat(path: string): Promise<DiskStat>;
  entries(path: string): AsyncIterable<DiskFolderEntry>;
  /** The room on the file system that contains the path. */
  room(path: string): Promise<DiskRoom>;
}

export interface DiskFile {
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  write(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  sync(): Promise<void>;
  /** Flushes its bytes and length, without other metadata. */
  datasync(): Promise<void>;
  stat(): Promise<DiskStat>;
  close(): Promise<void>;
}

export interface DiskStat {
  size: number;
  mtimeMs: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

export interface DiskRoom {
  /** For this process's user. */
  freeBytes: number;
  totalBytes: number;
  /** 0 if the file system does not count inodes. */
  totalFiles: number;
  freeFiles: number;
}

export interface DiskFolderEntry {
  name: string;
  isDirectory(): boolean;
}

export const nodeFileSystem: DiskFileSystem = {
  openFile: (path, flags, mode) => open(path, flags, mode),
  makeFolder: async (path, mode) => {
    await mkdir(path, { mode });
  },
  rename,
  unlink,
  stat: (path) => lstat(path),
  entries: async function* (path) {
    yield* await opendir(path, { bufferSize: 256 });
  },
  room: async (path) => {
    const { bavail, blocks, bsize, ffree, files } = await statfs(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeFiles: ffree, totalFiles: files };
  },
};
