import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createClient, fromBytes, isTooLargeError, type UploadSource } from "@consigne/sdk";
import { type FaultyServer, startFaultyServer } from "@consigne/testkit";

describe("an upload above the server's announced limits", () => {
  let server: FaultyServer;
  before(async () => {
    server = await startFaultyServer({
      settings: { CONSIGNE_MAX_FILE_BYTES: "1000", CONSIGNE_MAX_UPLOAD_BYTES: "1500", CONSIGNE_MAX_UPLOAD_FILES: "3" },
    });
  });
  after(() => server[Symbol.asyncDispose]());

  const file = (name: string, sizeBytes: number): UploadSource => fromBytes(new Uint8Array(sizeBytes), { name });
  const send = (sources: readonly UploadSource[]) =>
    createClient({ url: server.url, apiKey: server.apiKey }).uploads.send(sources);
  const requireNothingSent = () => assert.equal(server.requests.count("upload.cgi"), 0);

  it("is refused before anything is sent, with the limit, and its sources are released", async () => {
    let disposals = 0;
    const large = { ...file("large.bin", 1001), dispose: async () => void (disposals += 1) };
    await assert.rejects(send([file("small.bin", 1), large]), (error) => {
      assert.ok(isTooLargeError(error));
      assert.deepEqual([error.code, error.sizeBytes, error.limitBytes], ["too-large", 1001, 1000]);
      assert.match(error.message, /^large\.bin has 1001 bytes; .* up to 1000\. Nothing was sent\.$/);
      return true;
    });
    assert.equal(disposals, 1);
    requireNothingSent();
  });

  it("is refused for the total size, and for the number of files", async () => {
    await assert.rejects(send([file("a", 800), file("b", 701)]), {
      name: "TooLargeError",
      sizeBytes: 1501,
      limitBytes: 1500,
    });
    await assert.rejects(send(["a", "b", "c", "d"].map((name) => file(name, 1))), { message: /up to 3 files, not 4/ });
    requireNothingSent();
  });

  it("is refused for a name that no server accepts, and names it", async () => {
    await assert.rejects(send([file("fine.txt", 1), file("é".repeat(513), 1)]), {
      name: "TooLargeError",
      sizeBytes: 1026,
      limitBytes: 1024,
      message: /^The name "é{60}…" has 1026 bytes; a name can have at most 1024\. Nothing was sent\.$/,
    });
    requireNothingSent();
    const [sent] = await send([file("é".repeat(512), 1)]);
    assert.equal(sent?.name, "é".repeat(512));
    server.requests.clear();
  });

  it("is sent if exactly at the limit", async () => {
    const sent = await send([file("a", 1000), file("b", 500)]);
    assert.deepEqual(
      sent.map(({ sizeBytes }) => sizeBytes),
      [1000, 500],
    );
  });
});
