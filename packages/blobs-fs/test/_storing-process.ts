import { createHash, randomBytes, randomInt } from "node:crypto";
import { writeSync } from "node:fs";
import { openDiskBlobStore } from "../src/index.ts";

/** Stores blobs that begin with the SHA-256 of their rest, four at a time, forever. Prints each finished key. */
const blobs = await openDiskBlobStore(process.argv[2] ?? "");

async function storeForEver(): Promise<void> {
  for (;;) {
    // Half of them are small and are packed.
    const rest = randomBytes(randomInt(0, randomInt(2) === 0 ? 60_000 : 1_200_000));
    const content = Buffer.concat([createHash("sha256").update(rest).digest(), rest]);
    const staged = await blobs.stage();
    for (let at = 0; at < content.length; at += 65_536) await staged.write(content.subarray(at, at + 65_536));
    await staged.complete();
    writeSync(1, `${staged.key}\n`);
  }
}

await Promise.all([storeForEver(), storeForEver(), storeForEver(), storeForEver()]);
