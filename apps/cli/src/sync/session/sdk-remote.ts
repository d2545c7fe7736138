import { systemCode, systemFailure } from "@consigne/contract/system-reasons";
import { isScopeMissing } from "../../command-line/sdk-failures.ts";
import { fromPath, isConsigneError } from "@consigne/sdk";
import type { Client } from "@consigne/sdk";
import type { UploadRecords } from "../../transfers/upload-records.ts";
import type { BandwidthLimit } from "./bandwidth.ts";
import { SmallBatches } from "./small-batches.ts";
import { withLateChecksums } from "./late-checksums.ts";
import type {
  BatchLimits,
  FailureKind,
  IncomingFile,
  OutgoingFile,
  RemoteListing,
  RemoteStore,
  StoredFile,
} from "../trees/remote-store.ts";

/** Limits from the 1fichier API guide; our own servers give their operator's limits at `/x/v1/about`. */
const statedLimits: BatchLimits = { files: 500, bytes: 500e9, fileBytes: 300e9, aloneBytes: 32 * 1024 ** 2 };
/** Larger files that are sent alone go in parts, so that less has to be sent again. */
const PARTED_BYTES = 16 * 1024 ** 2;

/** What a remote needs besides its client. */
interface RemoteTools {
  bandwidth: BandwidthLimit | undefined;
  records: UploadRecords;
  /** Shows the user a line. */
  note(line: string): void;
}

/** A remote for a sync, based on the SDK. @throws {NetworkError} if nobody answers */
export async function openSdkRemote(client: Client, tools: RemoteTools): Promise<RemoteStore> {
  const takesEmptyFiles = new URL(client.apiUrl).hostname !== "api.1fichier.com";
  const about = await client.about();
  const { maxUploadFiles, maxUploadBytes, maxFileBytes } = about?.uploads ?? {};
  const limits: BatchLimits = {
    // The library sends no more in one batch, whatever the server's limit.
    files: Math.min(statedLimits.files, maxUploadFiles ?? statedLimits.files),
    bytes: maxUploadBytes ?? statedLimits.bytes,
    fileBytes: maxFileBytes ?? statedLimits.fileBytes,
    aloneBytes: about?.extensions.includes("uploads") === true ? PARTED_BYTES : statedLimits.aloneBytes,
  };
  // Only Consigne servers describe themselves.
  const refusesLostFolders = about !== undefined;
  const replacesBytes = about?.extensions.includes("versions") === true;
  const hashesLater = about?.extensions.includes("manifests") === true;
  const takesBatches = await client.uploads.takesBatches();
  const host = { limits, takesEmptyFiles, refusesLostFolders, replacesBytes, hashesLater, takesBatches };
  return new SdkRemote(client, { ...tools, ...host });
}

class SdkRemote implements RemoteStore {
  readonly limits: BatchLimits;
  readonly takesEmptyFiles: boolean;
  readonly refusesLostFolders: boolean;
  readonly replace: RemoteStore["replace"];
  readonly sendMany: RemoteStore["sendMany"];
  readonly #client: Client;
  /** Files that arrived in parts get their checksum a while after they are listed. */
  readonly #hashesLater: boolean;
  readonly #bandwidth: BandwidthLimit | undefined;
  readonly #records: UploadRecords;

  constructor(
    client: Client,
    host: Pick<RemoteStore, "limits" | "takesEmptyFiles" | "refusesLostFolders"> &
      RemoteTools & { replacesBytes: boolean; hashesLater: boolean; takesBatches: boolean },
  ) {
    if (host.replacesBytes) this.replace = (pairs, signal) => replaceBytes(client, pairs, signal);
    if (host.takesBatches) {
      const batches = new SmallBatches(client, host);
      this.sendMany = (files, signal, onBytes) => batches.send(files, signal, onBytes);
    }
    this.#client = client;
    this.#hashesLater = host.hashesLater;
    this.limits = host.limits;
    this.takesEmptyFiles = host.takesEmptyFiles;
    this.refusesLostFolders = host.refusesLostFolders;
    this.#bandwidth = host.bandwidth;
    this.#records = host.records;
  }

  async list(folderId: number, signal: AbortSignal): Promise<RemoteListing> {
    const { folders, files = [], fileCount } = await this.#client.folders.get(folderId, { withFiles: true, signal });
    const listed = files.map(({ url, name, sizeBytes, whirlpool, uploadedAt, isDamaged }) => ({
      url,
      name,
      sizeBytes,
      whirlpool,
      uploadedAtMs: uploadedAt?.getTime() ?? 0,
      isDamaged,
    }));
    return {
      folders: folders.map(({ id, name }) => ({ id, name })),
      files: this.#hashesLater ? await withLateChecksums(this.#client, listed, signal) : listed,
      isCut: fileCount > files.length,
    };
  }

  async makeFolder(parentId: number, name: string, signal: AbortSignal): Promise<number> {
    return (await this.#client.folders.create(name, { parentId, signal })).id;
  }

  async send(
    folderId: number,
    files: readonly OutgoingFile[],
    signal: AbortSignal,
    onBytes: (count: number) => void,
  ): Promise<StoredFile[]> {
    const sources = await Promise.all(
      files.map(({ localPath, remoteName }) => fromPath(localPath, { name: remoteName })),
    );
    const [file] = files;
    using record =
      file === undefined || files.length > 1
        ? undefined
        : this.#records.of({ folderId, name: file.remoteName, localPath: file.localPath });
    let counted = 0;
    return await this.#client.uploads.send(sources, {
      folderId,
      signal,
      memory: record,
      replaces: file?.replaces,
      // Identical bytes repair damaged ones only if their checksum is known at once.
      isInOneRequest: file?.isRepair,
      throttle: this.#bandwidth?.throttle.bind(this.#bandwidth),
      onProgress: ({ sentBytes }) => {
        onBytes(sentBytes - counted);
        counted = sentBytes;
      },
    });
  }

  async receive(file: IncomingFile, signal: AbortSignal): Promise<void> {
    const { url, localPath, sizeBytes, whirlpool, mayReplace, beforeNaming, isReserved, onBytes } = file;
    const bandwidth = this.#bandwidth;
    let counted = 0;
    await this.#client.downloads.toFile(url, localPath, {
      sizeBytes,
      throttle: bandwidth === undefined ? undefined : (bytes) => bandwidth.take(bytes),
      whirlpool: whirlpool ?? "unknown",
      mayReplace,
      beforeNaming,
      isReserved,
      keepsPartWhenFull: false,
      signal,
      onProgress: ({ receivedBytes }) => {
        onBytes?.(receivedBytes - counted);
        counted = receivedBytes;
      },
    });
  }

  async move(urls: readonly string[], folderId: number, name: string | undefined, signal: AbortSignal): Promise<void> {
    await this.#client.files.move(urls, { toFolderId: folderId, name }, { signal });
  }

  async rename(names: readonly { url: string; name: string }[], signal: AbortSignal): Promise<void> {
    await this.#client.files.rename(names, { signal });
  }

  async copy(urls: readonly string[], folderId: number, name: string | undefined, signal: AbortSignal): Promise<void> {
    await this.#client.files.copy(urls, { toFolderId: folderId, name }, { signal });
  }

  async remove(urls: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#client.files.remove(urls, { signal });
  }

  async removeFolder(folderId: number, signal: AbortSignal): Promise<void> {
    await this.#client.folders.remove(folderId, { signal });
  }

  kindOf(error: unknown): FailureKind {
    return kindOfFailure(error);
  }
}

async function replaceBytes(
  { versions }: Client,
  pairs: readonly { url: string; by: string }[],
  signal: AbortSignal,
): Promise<boolean[]> {
  const replaced = await versions.replace(
    pairs.map(({ url, by }) => ({ file: url, replacement: by })),
    { signal },
  );
  return replaced.map(({ outcome }) => outcome !== "failed");
}

/** What a failure of the SDK, or of the file system, means for a run. */
export function kindOfFailure(error: unknown): FailureKind {
  // Every step that needs the right would fail as well.
  if (isScopeMissing(error)) return "fatal";
  if (!isConsigneError(error)) {
    return systemCode(error) === undefined ? "other" : kindOfDiskFailure(error);
  }
  switch (error.code) {
    case "flood-lock":
    case "not-authenticated":
    case "not-customer":
      return "fatal";
    case "quota":
      return "full";
    case "network":
    case "timeout":
    case "server":
      return "network";
    case "not-found":
      return "gone";
    case "conflict":
      return "exists";
    case "access-denied":
    case "bad-request":
    case "damaged":
    case "not-supported":
    case "too-large":
    case "wrong-password":
      return "refused";
    case "local-file":
      // An error explained by the library contains the system's own error.
      return isConsigneError(error.cause) ? kindOfFailure(error.cause) : kindOfDiskFailure(error.cause);
    default:
      // An interrupted upload or download: the cause is what stopped it.
      return error.cause === undefined ? "other" : kindOfFailure(error.cause);
  }
}

function kindOfDiskFailure(error: unknown): FailureKind {
  const kind = systemFailure(error)?.kind;
  if (kind === "no-room") return "full";
  return kind === "read-only" ? "fatal" : "local";
}
