import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { BlobStore, PartedBlob } from "@consigne/core";
import { type DiskFile, type DiskFileSystem, nodeFileSystem, openDiskBlobStore } from "../src/index.ts";
import { contentOf, store as storeIn } from "./_blob-folder.ts";
import { errnoError, isDirect, O_DIRECT } from "./_failing-file-system.ts";

const MIB = 1024 ** 2;
const PART_BYTES = 8 * MIB;
const BUFFER_BYTES = MIB / 2;

interface Written {
  offset: number;
  bytes: number;
  position: number;
}

/** Records how files were opened and written directly, and simulates the file system's limits. */
class DirectWatch {
  opened = 0;
  /** Flushes in progress, of any file. */
  flushed = 0;
  written: Written[] = [];
  refusesOpening = false;
  refusesWriting = false;
  /** The most bytes a single write accepts. */
  writeAtMost = Number.POSITIVE_INFINITY;

  readonly fileSystem: DiskFileSystem = {
    ...nodeFileSystem,
    openFile: async (path, flags, mode) => {
      if (!isDirect(flags)) return this.#counted(await nodeFileSystem.openFile(path, flags, mode));
      this.opened += 1;
      if (this.refusesOpening) throw errnoError("EINVAL");
      // The folder for temporary files may be in memory, which may refuse direct writes.
      return this.#watched(await nodeFileSystem.openFile(path, flags & ~O_DIRECT, mode));
    },
  };

  #counted(file: DiskFile): DiskFile {
    return {
      ...callsOf(file),
      datasync: () => {
        this.flushed += 1;
        return file.datasync();
      },
    };
  }

  #watched(file: DiskFile): DiskFile {
    return {
      ...callsOf(file),
      write: async (buffer, offset, length, position) => {
        if (this.refusesWriting) throw errnoError("EINVAL");
        const bytes = Math.min(length, this.writeAtMost);
        this.written.push({ offset: buffer.byteOffset + offset, bytes, position });
        return file.write(buffer, offset, bytes, position);
      },
    };
  }
}

const callsOf = (file: DiskFile): DiskFile => ({
  read: (buffer, offset, length, position) => file.read(buffer, offset, length, position),
  write: (buffer, offset, length, position) => file.write(buffer, offset, length, position),
  sync: () => file.sync(),
  datasync: () => file.datasync(),
  stat: () => file.stat(),
  close: () => file.close(),
});

const options = { skip: O_DIRECT === 0 && "this system has no direct writes" };

let directory: string;
let watch: DirectWatch;
let store: BlobStore & { close(): Promise<void> };

/** Before each test of a suite. */
function newStoreEach(): void {
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "consigne-direct-"));
    watch = new DirectWatch();
    store = await openDiskBlobStore(directory, { fileSystem: watch.fileSystem });
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });
}

describe("parts on disk", options, () => {
  newStoreEach();

  const partOf = (content: Uint8Array, number: number) =>
    content.subarray((number - 1) * PART_BYTES, number * PART_BYTES);

  async function writePart(blob: PartedBlob, content: Uint8Array, number: number, pieceBytes = 77_777): Promise<void> {
    const part = await store.openPart(blob, number);
    const bytes = partOf(content, number);
    for (let at = 0; at < bytes.length; at += pieceBytes) await part.write(bytes.subarray(at, at + pieceBytes));
    await part.complete();
  }

  async function stored(blob: PartedBlob): Promise<Buffer> {
    const count = Math.ceil(blob.sizeBytes / blob.partBytes);
    await store.completeParts(
      blob,
      Array.from({ length: count }, (_, at) => ({ number: at + 1, tag: "" })),
    );
    const reader = await store.open(blob.key);
    const bytes = Buffer.alloc(blob.sizeBytes);
    try {
      for (let at = 0; at < bytes.length;) {
        const read = await reader.read(bytes.subarray(at));
        if (read === 0) throw new Error(`The blob ends after ${at} bytes.`);
        at += read;
      }
    } finally {
      await reader.close();
    }
    return bytes;
  }

  const begin = (content: Uint8Array) => store.beginParts({ sizeBytes: content.length, partBytes: PART_BYTES });

  it("are written directly in whole aligned blocks, and through the cache for the rest", async () => {
    for (const more of [MIB, MIB + 1, 3 * MIB + 4095]) {
      watch.written = [];
      const content = randomBytes(PART_BYTES + more);
      const blob = await begin(content);
      for (const number of [2, 1]) await writePart(blob, content, number);
      for (const { offset, bytes, position } of watch.written)
        assert.deepEqual([offset % 4096, bytes % 4096, position % 4096], [0, 0, 0]);
      const direct = watch.written.reduce((sum, { bytes }) => sum + bytes, 0);
      assert.equal(direct, content.length - (content.length % 4096));
      assert.deepEqual(await stored(blob), content);
    }
  });

  it("are complete although the disk writes less than requested", async () => {
    watch.writeAtMost = 100_000;
    const content = randomBytes(PART_BYTES + MIB + 5);
    const blob = await begin(content);
    for (const number of [1, 2]) await writePart(blob, content, number);
    assert.deepEqual(await stored(blob), content);
  });

  for (const where of ["refusesOpening", "refusesWriting"] as const) {
    it(`go through the cache on a file system without direct writes (${where}), which is tried once`, async () => {
      watch[where] = true;
      const content = randomBytes(2 * PART_BYTES);
      const blob = await begin(content);
      for (const number of [1, 2]) await writePart(blob, content, number);
      assert.equal(watch.opened, 1);
      assert.deepEqual(watch.written, []);
      assert.deepEqual(await stored(blob), content);
    });
  }

  it("go through the cache beyond the first eight at a time, and directly again once those are done", async () => {
    const content = randomBytes(9 * PART_BYTES);
    const blob = await begin(content);
    const parts = await Promise.all(Array.from({ length: 9 }, (_, at) => store.openPart(blob, at + 1)));
    for (let at = 0; at < PART_BYTES; at += MIB) {
      const writes = parts.map(async (part, index) => part.write(partOf(content, index + 1).subarray(at, at + MIB)));
      await Promise.all(writes);
    }
    await Promise.all(parts.map((part) => part.complete()));
    assert.equal(watch.opened, 8);
    assert.deepEqual(await stored(blob), content);
    await writePart(await begin(content), content, 1);
    assert.equal(watch.opened, 9);
  });

  it("release their memory when they are aborted or fail to open", async () => {
    const content = randomBytes(PART_BYTES);
    for (let round = 0; round < 9; round += 1) {
      const blob = await begin(content);
      const part = await store.openPart(blob, 1);
      await part.write(content.subarray(0, 700_000));
      await part.abort();
      await store.abortParts(blob);
      await assert.rejects(store.openPart(blob, 1), { name: "BlobNotFoundError" });
    }
    assert.equal(watch.opened, 9);
    const blob = await begin(content);
    await writePart(blob, content, 1);
    assert.equal(watch.opened, 10);
    assert.deepEqual(await stored(blob), content);
  });
});

describe("a blob received in one request", options, () => {
  newStoreEach();

  async function storeInPieces(content: Uint8Array, pieceBytes = 77_777): Promise<string> {
    const staged = await store.stage();
    for (let at = 0; at < content.length; at += pieceBytes) await staged.write(content.subarray(at, at + pieceBytes));
    await staged.complete();
    return staged.key;
  }

  const stored = async (key: string) => contentOf(await store.open(key));

  it("is written directly in whole aligned blocks, and not flushed along the way", async () => {
    for (const sizeBytes of [BUFFER_BYTES, BUFFER_BYTES + 1, 3 * MIB + 4095, 9 * MIB + 4096 + 7]) {
      watch.written = [];
      const content = randomBytes(sizeBytes);
      const key = await storeInPieces(content);
      for (const { offset, bytes, position } of watch.written)
        assert.deepEqual([offset % 4096, bytes % 4096, position % 4096], [0, 0, 0]);
      const direct = watch.written.reduce((sum, { bytes }) => sum + bytes, 0);
      assert.equal(direct, sizeBytes - (sizeBytes % 4096));
      assert.deepEqual(await stored(key), content);
    }
    assert.equal(watch.flushed, 0);
  });

  it("goes through the cache if it is small", async () => {
    const content = randomBytes(BUFFER_BYTES - 1);
    assert.deepEqual(await stored(await storeInPieces(content)), content);
    assert.equal(watch.opened, 0);
  });

  it("is complete although the disk writes less than requested", async () => {
    watch.writeAtMost = 100_000;
    const content = randomBytes(3 * MIB + 5);
    assert.deepEqual(await stored(await storeInPieces(content)), content);
  });

  for (const where of ["refusesOpening", "refusesWriting"] as const) {
    it(`goes through the cache on a file system without direct writes (${where}), which is tried once`, async () => {
      watch[where] = true;
      const content = randomBytes(9 * MIB);
      for (let round = 1; round <= 2; round += 1) {
        assert.deepEqual(await stored(await storeInPieces(content)), content);
        assert.equal(watch.flushed, round);
      }
      assert.equal(watch.opened, 1);
      assert.deepEqual(watch.written, []);
    });
  }

  it("is written directly beside seven others, and passes its memory on when it ends or is aborted", async () => {
    const content = randomBytes(MIB + 1);
    for (let round = 1; round <= 2; round += 1) {
      const staged = await Promise.all(Array.from({ length: 9 }, () => store.stage()));
      await Promise.all(staged.map((blob) => blob.write(content)));
      assert.equal(watch.opened, 8 * round);
      const [aborted, ...others] = staged;
      await aborted?.abort();
      await Promise.all(others.map((blob) => blob.complete()));
      for (const { key } of others) assert.deepEqual(await stored(key), content);
    }
    await storeIn(store, content);
    assert.equal(watch.opened, 17);
  });
});
