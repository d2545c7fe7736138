import { blobStoreSuite } from "../testing/blob-store-suite.ts";
import { MemoryBlobStore } from "./memory-blob-store.ts";

blobStoreSuite("MemoryBlobStore", async () => ({ store: new MemoryBlobStore(), close: async () => {} }));
