import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { suite, test } from "node:test";
import { batchBody, lineWithoutDigest, loadFile, type LoadedFile } from "./batch-body.ts";
import { fromBytes } from "./upload-source.ts";

/** Loads files one behind the other into memory that others have written to. */
async function loadAll(contents: readonly Buffer[]): Promise<LoadedFile[]> {
  const memory = new Uint8Array(1024 * 1024).fill(0xee);
  const loaded: LoadedFile[] = [];
  let at = 0;
  for (const [index, content] of contents.entries()) {
    const file = { source: fromBytes(content, { name: "x" }), folderId: 7, names: ["Été", `"${index}"`] };
    const line = lineWithoutDigest(file);
    const end = at + line.byteLength + content.byteLength;
    loaded.push(await loadFile(file, { index, line, memory: memory.subarray(at, end) }));
    at = end;
  }
  return loaded;
}

async function chunksOf(files: readonly LoadedFile[]): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of batchBody(files, undefined, () => undefined).chunks()) chunks.push(chunk);
  return chunks;
}

function bodyOf(contents: readonly Buffer[], indexes: readonly number[]): Buffer {
  const parts = indexes.flatMap((index) => {
    const content = contents[index] ?? Buffer.alloc(0);
    const sha256 = createHash("sha256").update(content).digest("hex");
    const head = { folder_id: 7, path: `Été/"${index}"`, size: content.length, sha256 };
    return [Buffer.from(`${JSON.stringify(head)}\n`), content];
  });
  return Buffer.concat(parts);
}

suite("the body of a batch", () => {
  const contents = [randomBytes(300_000), Buffer.alloc(0), randomBytes(10), randomBytes(200_000)];

  test("has a line before each file's bytes, and is sent without copying them", async () => {
    const loaded = await loadAll(contents);
    const chunks = await chunksOf(loaded);
    assert.ok(Buffer.concat(chunks).equals(bodyOf(contents, [0, 1, 2, 3])));
    assert.ok(chunks.length > 1);
    for (const { buffer } of chunks) assert.equal(buffer, loaded[0]?.bytes.buffer);
  });

  test("may contain only some of the files", async () => {
    const loaded = await loadAll(contents);
    const some = loaded.filter(({ index }) => index !== 1 && index !== 2);
    assert.ok(Buffer.concat(await chunksOf(some)).equals(bodyOf(contents, [0, 3])));
  });
});
