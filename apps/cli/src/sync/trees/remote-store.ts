/** A remote folder, from one call. Names as they are on the remote. */
export interface RemoteListing {
  folders: readonly { id: number; name: string }[];
  files: readonly RemoteListedFile[];
  /** The host lists fewer files than there are: 1fichier.com ends its listings at 5,000. */
  isCut: boolean;
}

export interface RemoteListedFile {
  url: string;
  name: string;
  sizeBytes: number;
  whirlpool: string | undefined;
  uploadedAtMs: number;
  isDamaged: boolean;
  /** The server is still computing the checksum. */
  isPending?: boolean;
}

/** A local file to be sent. */
export interface OutgoingFile {
  localPath: string;
  remoteName: string;
  sizeBytes: number;
  /** Links of files that it replaces, as far as they are known to have other bytes. */
  replaces?: readonly string[];
  /** It replaces a damaged file, which identical bytes repair. */
  isRepair?: boolean;
}

/** A small file to be sent, with the folder that its path starts in. */
export interface PlacedFile {
  localPath: string;
  sizeBytes: number;
  /** When it was examined: see `stampOf`. */
  stamp: string;
  folderId: number;
  /** Names on the remote: of folders that may not exist yet, then its own. */
  names: readonly string[];
}

export type SentFile = { readonly file: StoredFile & { readonly folderId: number } } | { readonly error: unknown };

export interface IncomingFile {
  url: string;
  localPath: string;
  sizeBytes: number;
  whirlpool: string | undefined;
  /** Whether an existing file with the name is replaced. */
  mayReplace: boolean;
  /** Called when the bytes are there and verified; if it throws, the file does not get its final name. */
  beforeNaming?(): Promise<void>;
  /** Names in the folder that other files will get. */
  isReserved?(name: string): boolean;
  onBytes?(count: number): void;
}

export interface StoredFile {
  url: string;
  whirlpool: string;
}

/** A server's limits for one batch. */
export interface BatchLimits {
  files: number;
  bytes: number;
  fileBytes: number;
  /** Files from this size on are sent alone: packing them gains little, and a failed batch loses much. */
  aloneBytes: number;
}

/**
 * What a failure means for the run. `fatal`: nothing more will succeed (key, lock, disk). `full`: there is not enough
 * space, there or here; smaller files may still fit. `network`: the host cannot be reached. `local`: a local file could
 * not be read or written. `exists`, `gone` and `refused`: the host's answer about one folder or file.
 */
export type FailureKind = "fatal" | "full" | "network" | "local" | "exists" | "gone" | "refused" | "other";

/** What a sync needs from the remote: each method except `send` and `receive` is one API call. Paths are ids here. */
export interface RemoteStore {
  readonly limits: BatchLimits;
  /** False if the host refuses empty files. */
  readonly takesEmptyFiles: boolean;
  /** Whether the host refuses files for a folder that has vanished. Others store them in the root. */
  readonly refusesLostFolders: boolean;
  list(folderId: number, signal: AbortSignal): Promise<RemoteListing>;
  makeFolder(parentId: number, name: string, signal: AbortSignal): Promise<number>;
  /**
   * Sends files in one batch. Results are in the order of the files. `onBytes` is negative for bytes that are sent
   * again.
   */
  send(
    folderId: number,
    files: readonly OutgoingFile[],
    signal: AbortSignal,
    onBytes: (count: number) => void,
  ): Promise<StoredFile[]>;
  /**
   * Sends small files into several folders, which are made if missing. Results in the order of the files, each
   * separately. Undefined if the host has no such batches. `onBytes` as for `send`.
   */
  sendMany?:
    | ((
        files: readonly PlacedFile[],
        signal: AbortSignal,
        onBytes: (count: number) => void,
      ) => Promise<readonly SentFile[]>)
    | undefined;
  /** Downloads into a partial file beside the path, verifies and renames it. On a full disk nothing of it is kept. */
  receive(file: IncomingFile, signal: AbortSignal): Promise<void>;
  move(urls: readonly string[], folderId: number, name: string | undefined, signal: AbortSignal): Promise<void>;
  rename(names: readonly { url: string; name: string }[], signal: AbortSignal): Promise<void>;
  copy(urls: readonly string[], folderId: number, name: string | undefined, signal: AbortSignal): Promise<void>;
  /**
   * Gives files the bytes of those that were sent for them, which are then gone; true for each that has them. Undefined
   * if the host cannot do that: the new file then stays, with its own link.
   */
  replace?: ((pairs: readonly { url: string; by: string }[], signal: AbortSignal) => Promise<boolean[]>) | undefined;
  remove(urls: readonly string[], signal: AbortSignal): Promise<void>;
  removeFolder(folderId: number, signal: AbortSignal): Promise<void>;
  kindOf(error: unknown): FailureKind;
}

/** The most links in one call; the 1fichier API guide gives no limit, but larger bodies are refused at some point. */
export const LINKS_PER_CALL = 100;
