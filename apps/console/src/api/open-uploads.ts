import { isApiError, isNotFoundError, type PartUpload } from "@consigne/sdk";
import { client } from "./client.ts";

/** An incomplete upload in parts of the account, whoever began it. */
export interface OpenUpload {
  id: string;
  /** 0: the root. */
  folderId: number;
  name: string;
  sizeBytes: number;
  receivedBytes: number;
  /** When the server removes it, unless more arrives before. */
  expiresAt: Date;
  /** Undefined if nothing can be added any more, for example because the folder is gone. */
  place: OpenPlace | undefined;
}

/** The folder that an upload goes to. */
export interface OpenPlace {
  /** From the root, or from the folder that somebody else shares. */
  names: readonly string[];
  /** Owner of the folder, if it is somebody else's. */
  owner: string | undefined;
}

/** Nobody reads more. */
const MOST_SHOWN = 100;

/** Newest first, without those that a window of this browser is sending. */
export async function openUploads(): Promise<OpenUpload[]> {
  const sent = await sentByWindows();
  const uploads: PartUpload[] = [];
  for await (const upload of client.partUploads.list()) {
    if (!sent.has(upload.id)) uploads.push(upload);
    if (uploads.length >= MOST_SHOWN) break;
  }
  const folders = new Map<number, Promise<OpenPlace | undefined>>();
  return await Promise.all(
    uploads.map(async ({ id, folderId, name, sizeBytes, receivedBytes, expiresAt }) => {
      const asked = folders.get(folderId) ?? placeOf(folderId);
      folders.set(folderId, asked);
      return { id, folderId, name, sizeBytes, receivedBytes, expiresAt, place: await asked };
    }),
  );
}

async function placeOf(folderId: number): Promise<OpenPlace | undefined> {
  if (folderId === 0) return { names: [], owner: undefined };
  try {
    const { entry, ancestors, shared } = await client.entries.stat({ folderId });
    const names = [...ancestors.map(({ name }) => name), entry.name].filter((name) => name !== "");
    return { names, owner: shared?.owner };
  } catch (error) {
    if (isApiError(error)) return undefined;
    throw error;
  }
}

/** Discards the received bytes. */
export async function discardUpload(id: string): Promise<void> {
  try {
    await client.partUploads.abort(id);
  } catch (error) {
    // Complete, or already ended.
    if (!isNotFoundError(error)) throw error;
  }
}

const LOCK = "consigne-upload ";

/**
 * Undefined if another window of this browser is doing it. Pages over plain http cannot find out, and work in parallel.
 */
export async function whileAlone<T>(uploadId: string, work: () => Promise<T>): Promise<T | undefined> {
  // Their type says that they always exist.
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return await work();
  return await locks.request(LOCK + uploadId, { ifAvailable: true }, (lock) => (lock === null ? undefined : work()));
}

async function sentByWindows(): Promise<Set<string>> {
  const locks = navigator.locks as LockManager | undefined;
  const { held = [] } = (await locks?.query()) ?? {};
  const names = held.flatMap(({ name = "" }) => (name.startsWith(LOCK) ? [name.slice(LOCK.length)] : []));
  return new Set(names);
}
