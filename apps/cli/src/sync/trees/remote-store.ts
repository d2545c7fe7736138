/** A folder of the remote, as one call tells it. Names as they are on the remote. */
export interface RemoteListing {
  folders: readonly { id: number; name: string }[];
  files: readonly RemoteListedFile[];
  /** The host tells fewer files than there are: 1fichier ends its listings at 5,000. */
  isCut: boolean;
}

export interface RemoteListedFile {
  url: string;
  name: string;
  sizeBytes: number;
  whirlpool: string | undefined;
  uploadedAtMs: number;
  isDamaged: boolean;
  /** The server computes the checksum and has not told it so far. */
  isPending?: boolean;
}

/** A local file on its way to the remote. */
export interface OutgoingFile {
  localPath: string;
  remoteName: string;
  sizeBytes: number;
  /** Links of those whose place it takes, as far as they are known to have other bytes. */
  replaces?: readonly string[];
  /** In place of a damaged one, which equal bytes repair. */
  isRepair?: boolean;
}

/** A small file on its way, with the folder its names begin below. */
export interface PlacedFile {
  localPath: string;
  sizeBytes: number;
  /** As it was looked at: see `stampOf`. */
  stamp: string;
  folderId: number;
  /** As they are on the remote: of folders that may not be there, then its own. */
  names: readonly string[];
}

export type SentFile = { readonly file: StoredFile & { readonly folderId: number } } | { readonly error: unknown };

export interface IncomingFile {
  url: string;
  localPath: string;
  sizeBytes: number;
  whirlpool: string | undefined;
  /** Whether a file that has the name by then is replaced. */
  mayReplace: boolean;
  /** Called when the bytes are there and proved; what it throws keeps the file from getting its name. */
  beforeNaming?(): Promise<void>;
  /** Names in the folder that other files are going to have. */
  isReserved?(name: string): boolean;
  onBytes?(count: number): void;
}

export interface StoredFile {
  url: string;
  whirlpool: string;
}

/** Figures of a server that limit what one batch may hold. */
export interface BatchLimits {
  files: number;
  bytes: number;
  fileBytes: number;
  /** From this size on a file goes alone: little is won by packing it, and much is lost when its batch fails. */
  aloneBytes: number;
}

/**
 * What a failure means for the run. `fatal`: nothing more will succeed (key, lock, disk). `full`: there is no room for
 * that much, there or here; for less there may be. `network`: the host cannot be reached. `local`: a local file could not be read or written. `exists`, `gone` and `refused`: as the host
 * says of one folder or file.
 */
export type FailureKind = "fatal" | "full" | "network" | "local" | "exists" | "gone" | "refused" | "other";

/** What a sync asks of the remote: each method but `send` and `receive` is one call of the API. Paths are ids here. */
export interface RemoteStore {
  readonly limits: BatchLimits;
  /** False where the host refuses empty files. */
  readonly takesEmptyFiles: boolean;
  /** Whether the host refuses files for a folder that has vanished. Others store them in the root. */
  readonly refusesLostFolders: boolean;
  list(folderId: number, signal: AbortSignal): Promise<RemoteListing>;
  makeFolder(parentId: number, name: string, signal: AbortSignal): Promise<number>;
  /** Sends files in one batch. The answers are in the order of the files. `onBytes` is negative for what goes again. */
  send(
    folderId: number,
    files: readonly OutgoingFile[],
    signal: AbortSignal,
    onBytes: (count: number) => void,
  ): Promise<StoredFile[]>;
  /**
   * Sends small files into several folders, which are made on the way. Answers in the order of the files, each for itself.
   * Undefined where the host takes no such batches. `onBytes` as above.
   */
  sendMany?:
    | ((
        files: readonly PlacedFile[],
        signal: AbortSignal,
        onBytes: (count: number) => void,
      ) => Promise<readonly SentFile[]>)
    | undefined;
  /** Fetches into a partial file beside the path, verifies and renames it. On a full disk nothing of it is kept. */
  receive(file: IncomingFile, signal: AbortSignal): Promise<void>;
  move(urls: readonly string[], folderId: number, name: string | undefined, signal: AbortSignal): Promise<void>;
  rename(names: readonly { url: string; name: string }[], signal: AbortSignal): Promise<void>;
  copy(urls: readonly string[], folderId: number, name: string | undefined, signal: AbortSignal): Promise<void>;
  /**
   * Gives files the bytes of those that were sent for them, which are gone afterwards; true for each that has them.
   * Undefined where the host replaces nothing: then the new file stays, with a link of its own.
   */
  replace?: ((pairs: readonly { url: string; by: string }[], signal: AbortSignal) => Promise<boolean[]>) | undefined;
  remove(urls: readonly string[], signal: AbortSignal): Promise<void>;
  removeFolder(folderId: number, signal: AbortSignal): Promise<void>;
  kindOf(error: unknown): FailureKind;
}

/** Most links in one call; the guide names no limit, and a longer body is refused somewhere. */
export const LINKS_PER_CALL = 100;
