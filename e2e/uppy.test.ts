import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { after, before, beforeEach, suite, test } from "node:test";
import { ApiClient, fault, type FaultyServer, startFaultyServer } from "@consigne/testkit";
import { type Browser, chromium, type Page } from "playwright-core";
import { rolldown } from "rolldown";
import { chromiumForPages } from "./_chromium.ts";
import { lacking } from "./_programs.ts";
import { makeFolder } from "./wire/_wire.ts";

const MIB = 1024 ** 2;

interface Outcome {
  sent: string[];
  /** Name and status of the answer that ended it. */
  failed: [name: string, status: number | null | undefined][];
}

interface AddedFile {
  name: string;
  sizeBytes: number;
  seed: number;
}

suite("Uppy in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  let server: FaultyServer;
  let api: ApiClient;
  let browser: Browser;
  let page: Page;
  let address: string;
  let folder = 0;
  let folders = 0;
  before(async () => {
    server = await startFaultyServer({ settings: { CONSIGNE_MIN_FREE_BYTES: "1" } });
    api = new ApiClient(server, server.apiKey);
    const input = fileURLToPath(new URL("_uppy-page.mjs", import.meta.url));
    await using bundle = await rolldown({ input, platform: "browser", logLevel: "silent" });
    const [{ code }] = (await bundle.generate({ format: "iife" })).output;
    browser = await chromium.launch({ executablePath: chromiumForPages, args: ["--no-sandbox"] });
    page = await browser.newPage();
    address = `${server.url}/page-of-uppy`;
    await page.route(address, (route) =>
      route.fulfill({ contentType: "text/html", body: `<!doctype html><script>${code}</script>` }),
    );
  });
  after(async () => {
    await browser?.close();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    server.faults.clear();
    server.requests.clear();
    folder = await makeFolder(api, `folder ${++folders}`);
    await page.goto(address);
  });

  const upload = (files: readonly AddedFile[], options: object = {}): Promise<Outcome> => {
    const endpoint = `${server.url}/x/v1/tus`;
    const settings = { endpoint, apiKey: server.apiKey, folderId: folder, retryDelays: [0, 0, 0], ...options };
    const given = JSON.stringify([settings, files]);
    return page.evaluate<Outcome>(`globalThis.runUppy(...${given.replaceAll("</", "<\\/")})`);
  };
  const requireStored = async (files: readonly AddedFile[]) => {
    const { items } = (await api.ok("file/ls", { folder_id: folder })) as {
      items: { filename: string; url: string }[];
    };
    assert.deepEqual(items.map(({ filename }) => filename).toSorted(), files.map(({ name }) => name).toSorted());
    for (const { name, sizeBytes, seed } of files) {
      const { url = "" } = items.find(({ filename }) => filename === name) ?? {};
      const expected = Buffer.alloc(sizeBytes);
      for (let at = 0; at < sizeBytes; at++) expected[at] = (at * 31 + (at >> 12) + seed) & 255;
      assert.ok((await api.download(url)).bytes.equals(expected), name);
    }
  };
  const isPatch = ({ method }: { method: string }) => method === "PATCH";
  const isCreation = ({ target }: { target: string }) => target === "/x/v1/tus";
  const offsets = () => server.requests.list(isPatch).map(({ headers }) => Number(headers["upload-offset"]));
  const film = { name: "film é.mkv", sizeBytes: 5 * MIB + 17, seed: 3 };

  test("uploads several files at once, including an empty one", async () => {
    const files = [film, { name: "b.bin", sizeBytes: 70_000, seed: 5 }, { name: "empty", sizeBytes: 0, seed: 0 }];
    assert.deepEqual(await upload(files), { sent: files.map(({ name }) => name).toSorted(), failed: [] });
    await requireStored(files);
  });

  test("pauses, and resumes where it stopped", async () => {
    const { promise: paused, resolve } = Promise.withResolvers<void>();
    await page.exposeFunction("hasPaused", resolve);
    const running = upload([film], { chunkSize: MIB, pausesAt: 2 * MIB });
    await paused;
    const before = await api.ok("/x/v1/uploads/list");
    assert.equal((before["uploads"] as unknown[]).length, 1);
    await page.evaluate("globalThis.goOn()");
    assert.deepEqual(await running, { sent: [film.name], failed: [] });
    await requireStored([film]);
    assert.equal(server.requests.count(isCreation), 1 + 0);
    assert.ok(
      offsets().every((offset, at, all) => at === 0 || offset >= (all[at - 1] ?? 0)),
      offsets().join(),
    );
  });

  test("resumes after a disconnect from what the server has", async () => {
    server.faults.add(isPatch, fault.cutAfterRequestBytes(2 * MIB));
    assert.deepEqual(await upload([film]), { sent: [film.name], failed: [] });
    assert.ok(server.requests.count(isPatch) > 1);
    assert.equal(server.requests.count(isCreation), 1);
    await requireStored([film]);
  });

  test("resumes after the page is reloaded and the same file is added again", async () => {
    let chunks = 0;
    const isLate = (request: { method: string }) => isPatch(request) && ++chunks > 2;
    server.faults.add(isLate, fault.cutAfterRequestBytes(1000), { times: Infinity });
    const options = { chunkSize: MIB, retryDelays: [] };
    const { sent, failed } = await upload([film], options);
    assert.deepEqual([sent, failed.map(([name]) => name)], [[], [film.name]]);
    server.faults.clear();
    server.requests.clear();
    await page.reload();
    assert.deepEqual(await upload([film], options), { sent: [film.name], failed: [] });
    assert.equal(
      server.requests.count(({ target }) => target === "/x/v1/tus"),
      0,
      "no upload was restarted",
    );
    assert.ok((offsets()[0] ?? 0) >= 2 * MIB, offsets().join());
    await requireStored([film]);
  });

  test("reports a refusal by the server, and does not retry", async () => {
    const statusOf = async (options: object) => {
      server.requests.clear();
      const { sent, failed } = await upload([{ name: "a", sizeBytes: 10, seed: 1 }], options);
      assert.deepEqual(sent, []);
      assert.equal(server.requests.count(isCreation), 1);
      return failed[0]?.[1];
    };
    assert.equal(await statusOf({ apiKey: "nobody" }), 403);
    assert.equal(await statusOf({ folderId: 999_999 }), 404);
    await requireStored([]);
  });
});
