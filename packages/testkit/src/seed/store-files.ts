import type { AccountActor, Services, Upload } from "@consigne/core";
import { type Pattern, patternChunks } from "./pattern.ts";

/** Text, bytes, or a pattern; if a pattern has no name, the file's path is used. */
export type Content = string | Uint8Array | (Omit<Pattern, "pattern"> & Partial<Pick<Pattern, "pattern">>);

interface FileToStore {
  path: string;
  name: string;
  content: Content;
}

type StoredFile = Awaited<ReturnType<Upload["commit"]>>["files"][number];

const FILES_AT_ONCE = 8;

/** Stores files in one folder as uploads do, in the order given. */
export async function storeFiles(
  uploads: Services["uploads"],
  actor: AccountActor,
  input: { files: readonly FileToStore[]; folderId: number; domain: number | undefined; password: string },
): Promise<StoredFile[]> {
  const stored: StoredFile[] = [];
  const { maxFiles } = uploads.rules;
  for (let start = 0; start < input.files.length; start += maxFiles) {
    const batch = input.files.slice(start, start + maxFiles);
    const upload = await uploads.begin(uploads.offer().id, actor);
    try {
      const order = await receiveAll(upload, actor, batch);
      const { domain, password } = input;
      const report = await upload.commit(actor, { folder: input.folderId, domain, password });
      // The report has them in the order in which they were completed.
      const byIndex = new Map(order.map((index, position) => [index, report.files[position]]));
      for (const index of batch.keys()) {
        const file = byIndex.get(index);
        if (file !== undefined) stored.push(file);
      }
    } catch (error) {
      await upload.abort();
      throw error;
    }
  }
  return stored;
}

/**
 * Several at a time, since each waits for the disk. Resolves with their indexes in the order in which they finished.
 */
async function receiveAll(upload: Upload, actor: AccountActor, files: readonly FileToStore[]): Promise<number[]> {
  const order: number[] = [];
  const waiting = files.entries();
  const receiveSome = async () => {
    for (const [index, file] of waiting) {
      await receive(upload, actor, file);
      order.push(index);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: FILES_AT_ONCE }, receiveSome));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return order;
}

async function receive(upload: Upload, actor: AccountActor, file: FileToStore): Promise<void> {
  const incoming = await upload.openFile({ name: file.name, contentType: undefined }, actor);
  try {
    for (const chunk of chunksOf(file)) await incoming.write(chunk);
    await incoming.finish();
  } catch (error) {
    await incoming.abort();
    throw error;
  }
}

function chunksOf({ content, path }: FileToStore): Iterable<Uint8Array> {
  if (typeof content === "string") return [Buffer.from(content)];
  if (content instanceof Uint8Array) return [content];
  return patternChunks({ pattern: path, ...content });
}
