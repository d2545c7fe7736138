import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blobStoreSuite } from "@consigne/core/testing";
import { openDiskBlobStore } from "../src/index.ts";

const opening = (packedBytes?: number) => async () => {
  const directory = await mkdtemp(join(tmpdir(), "consigne-blobs-"));
  const store = await openDiskBlobStore(directory, packedBytes === undefined ? {} : { packedBytes });
  return {
    store,
    close: async () => {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
};

blobStoreSuite("openDiskBlobStore", opening());
blobStoreSuite("openDiskBlobStore, each blob a file", opening(0));
