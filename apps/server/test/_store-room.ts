import type { AccountActor, Ports, StorageRoom } from "@consigne/core";
import { type Bench, overriding } from "./_services.ts";

export const chunk = Buffer.alloc(64 * 1024, 7);

/** Counts what is staged, and reports the given free space. */
export function watchedBlobs() {
  const watch = { stagedBytes: 0, mostBytes: 0, room: undefined as StorageRoom | undefined };
  const replace = ({ blobs }: Ports): Partial<Ports> => ({
    blobs: overriding(blobs, {
      room: async () => watch.room && { ...watch.room, freeBytes: watch.room.freeBytes - watch.stagedBytes },
      stage: async () => {
        const staged = await blobs.stage();
        let bytes = 0;
        const drop = () => {
          watch.stagedBytes -= bytes;
          bytes = 0;
        };
        return overriding(staged, {
          write: async (data: Uint8Array) => {
            bytes += data.length;
            watch.stagedBytes += data.length;
            watch.mostBytes = Math.max(watch.mostBytes, watch.stagedBytes);
            await staged.write(data);
          },
          abort: async () => {
            await staged.abort();
            drop();
          },
        });
      },
      remove: async (key: string) => {
        watch.stagedBytes -= (await blobs.stat(key))?.sizeBytes ?? 0;
        await blobs.remove(key);
      },
    }),
  });
  return { watch, replace };
}

interface Sent {
  sizeBytes: number;
  bodyBytes?: number | undefined;
  /** Makes the contents distinct. */
  seed?: string;
}

export async function send(
  bench: Bench,
  owner: AccountActor,
  { sizeBytes, bodyBytes, seed = String(Math.random()) }: Sent,
) {
  const { uploads } = bench.services;
  const upload = await uploads.begin(uploads.offer().id, owner);
  try {
    const file = await upload.openFile({ name: seed, contentType: undefined, bodyBytes }, owner);
    try {
      await file.write(Buffer.from(seed.padEnd(32).slice(0, 32)));
      for (let sent = 32; sent < sizeBytes; sent += chunk.length)
        await file.write(chunk.subarray(0, Math.min(chunk.length, sizeBytes - sent)));
      await file.finish();
    } catch (error) {
      await file.abort();
      throw error;
    }
    return (await upload.commit(owner, { folder: "root", domain: undefined, password: "" })).files[0]?.fileId ?? "";
  } catch (error) {
    await upload.abort();
    throw error;
  }
}
