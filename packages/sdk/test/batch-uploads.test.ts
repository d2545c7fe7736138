import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { fromBytes } from "../src/index.ts";
import { Uploads } from "../src/uploads/uploads.ts";
import { startAnsweringServer } from "./_answering-server.ts";
import { byteContext } from "./_byte-context.ts";

const NAMES = ["one.txt", "two.txt", "three.txt", "four.txt"];
const BUSY = {
  status: 503,
  message: "The trash still makes room for other uploads; nothing was stored. Try again #593",
};
const DAMAGED = { status: 400, message: "What came has another SHA-256 than was named; it was not kept #586" };
const TAKEN = { status: 409, message: "There is already a file of this name there #579" };

/** A server that only knows batches. `refusals` are its refusals for each file name, in order. */
async function startBatchServer(refusals: Record<string, object[]>) {
  const asked: string[][] = [];
  const server = await startAnsweringServer(({ body }, response) => {
    const names = [...body.matchAll(/"path":"([^"]+)"/g)].map(([, name = ""]) => name);
    asked.push(names);
    const lines = names.map((name, file) => {
      const error = refusals[name]?.shift();
      const stored = { outcome: "stored", url: `http://127.0.0.1/?${name}`, filename: name, folder_id: 0 };
      return { file, ...(error === undefined ? stored : { outcome: "failed", error }) };
    });
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.end([...lines, { status: "OK", files: names.length }].map((line) => `${JSON.stringify(line)}\n`).join(""));
  });
  return { url: server.url, asked, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const filesOf = (names: readonly string[]) =>
  names.map((name) => ({ source: fromBytes(Buffer.from(`bytes of ${name}`), { name }), names: [name] }));

suite("files of a batch", () => {
  test("that the server cannot store at that moment, or that arrive damaged, are sent again", async () => {
    await using server = await startBatchServer({
      "one.txt": [BUSY, BUSY],
      "two.txt": [DAMAGED],
      "three.txt": [TAKEN],
    });
    const uploads = new Uploads(byteContext({ url: server.url, apiKey: "k".repeat(32) }));
    let bytes = 0;
    const results = await uploads.sendBatch(filesOf(NAMES), { onBytes: (count) => (bytes += count) });
    assert.deepEqual(server.asked, [NAMES, ["one.txt", "two.txt"], ["one.txt"]]);
    assert.deepEqual(
      results.map((result) => ("file" in result ? result.file.name : result.error.name)),
      ["one.txt", "two.txt", "ConflictError", "four.txt"],
    );
    const sent = filesOf(NAMES).map(({ source, names }) => {
      const head = { path: names[0], size: source.sizeBytes, sha256: "0".repeat(64) };
      return JSON.stringify(head).length + 1 + source.sizeBytes;
    });
    assert.equal(
      bytes,
      sent.reduce((sum, each) => sum + each),
    );
  });

  test("that are refused each time are returned with their own error", async () => {
    await using server = await startBatchServer({
      "one.txt": [BUSY, BUSY, BUSY],
      "two.txt": [DAMAGED, DAMAGED, DAMAGED],
    });
    const uploads = new Uploads(byteContext({ url: server.url, apiKey: "k".repeat(32) }));
    const results = await uploads.sendBatch(filesOf(NAMES), { retries: 2 });
    assert.deepEqual(server.asked, [NAMES, ["one.txt", "two.txt"], ["one.txt", "two.txt"]]);
    assert.deepEqual(
      results.map((result) => ("file" in result ? result.file.name : result.error.name)),
      ["ServerError", "BadRequestError", "three.txt", "four.txt"],
    );
  });
});
