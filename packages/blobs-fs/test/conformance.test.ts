import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blobStoreSuite } from "@consigne/core/testing";
import { openDiskBlobStore } from "../src/index.ts";

blobStoreSuite("openDiskBlobStore", async () => {
  const directory = await mkdtemp(join(tmpdir(), "consigne-blobs-"));
  const store = await openDiskBlobStore(directory);
  return {
    store,
    close: async () => {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
});
