export { openDiskBlobCopies } from "./disk-blob-copies.ts";
export { openDiskBlobStore } from "./disk-blob-store.ts";
export type { DiskBlobStoreOptions } from "./disk-blob-store.ts";
export { nodeFileSystem } from "./file-system.ts";
export type { DiskFile, DiskFileSystem, DiskFolderEntry, DiskRoom, DiskStat } from "./file-system.ts";
