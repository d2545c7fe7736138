import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, suite, test } from "node:test";
import { startTestServer, type TestServer } from "@consigne/testkit";
import {
  type Client,
  type ClientOptions,
  createClient,
  NotFoundError,
  type PartUpload,
  ServerError,
  type Wait,
  WrongPasswordError,
} from "../src/index.ts";
import type { Clock } from "../src/pacing/clock.ts";

const MIB = 1024 ** 2;
const DAY_MS = 24 * 3_600_000;
/** The shortest wait the server asks for. All other waits are shorter. */
const LEAST_WAIT_MS = 10_000;
const content = new Uint8Array(randomBytes(3000));

suite("a download by the link of a file still uploading", () => {
  let server: TestServer;
  let sender: Client;
  let stranger: string;
  let folder: string;
  let upload: PartUpload & { url?: string };
  let count = 0;

  before(async () => {
    server = await startTestServer({ storage: "memory" });
    sender = createClient({ url: server.url, apiKey: server.apiKey, pacing: "off" });
    const account = await server.seed.account({ email: "stranger@example.org" });
    stranger = (await server.seed.apiKey(account)).text;
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "consigne-sdk-"));
    upload = await begin();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const begin = (options: { password?: string } = {}) =>
    sender.partUploads.create({ name: `film ${count++}.mkv`, sizeBytes: content.length, hasLink: true, ...options });
  async function arrive(): Promise<void> {
    await sender.partUploads.send(upload.id, 1, content);
    await sender.partUploads.complete(upload.id);
  }

  /** Downloads and calls the handler of each wait instead of waiting. Resolves with the waits. */
  async function download(
    steps: readonly (() => unknown)[],
    { password, ...options }: Pick<ClientOptions, "hooks" | "retries" | "fetch"> & { password?: string } = {},
  ): Promise<number[]> {
    const waits: number[] = [];
    const clock: Clock = {
      now: () => Date.now(),
      sleep: async (ms) => {
        if (ms < LEAST_WAIT_MS) return;
        waits.push(ms);
        await steps[waits.length - 1]?.();
      },
    };
    const client = createClient({ url: server.url, apiKey: stranger, pacing: { clock, isShared: false }, ...options });
    await client.downloads.toFile(upload.url ?? "", join(folder, "film.mkv"), { password });
    return waits;
  }
  const assertNothingKept = async () => assert.deepEqual(await readdir(folder), []);

  test("waits as long as told, and gets the file once it is complete", async () => {
    const waits = await download([() => undefined, arrive]);
    assert.equal(waits.length, 2);
    assert.deepEqual(new Uint8Array(await readFile(join(folder, "film.mkv"))), content);
  });

  test("ends if the upload is cancelled meanwhile", async () => {
    await assert.rejects(download([() => sender.partUploads.abort(upload.id)]), NotFoundError);
    await assertNothingKept();
  });

  test("ends if the upload expires meanwhile", async () => {
    await assert.rejects(download([() => server.clock.advance(2 * DAY_MS)]), NotFoundError);
    await assertNothingKept();
  });

  test("ends if another password is required once the file is complete", async () => {
    await sender.partUploads.abort(upload.id);
    upload = await begin({ password: "open sesame" });
    const change = async () => {
      await arrive();
      await sender.files.setAttributes([upload.url ?? ""], { password: "another one" });
    };
    await assert.rejects(download([change], { password: "open sesame" }), WrongPasswordError);
    await assertNothingKept();
  });

  test("waits as long as data arrives, despite few retries, and reports progress", async () => {
    await sender.partUploads.abort(upload.id);
    const parts = [new Uint8Array(8 * MIB), new Uint8Array(8 * MIB), content];
    const sizeBytes = parts.reduce((sum, { length }) => sum + length, 0);
    upload = await sender.partUploads.create({ name: "long.mkv", sizeBytes, hasLink: true });
    const sends = parts.map((part, index) => () => sender.partUploads.send(upload.id, index + 1, part));
    const told: unknown[] = [];
    const onWait = ({ reason, arrival }: Wait) => void told.push(reason === "arriving" ? arrival : reason);
    const onRetry = () => assert.fail("waiting is not a failure");
    const complete = () => sender.partUploads.complete(upload.id);
    const waits = await download([...sends, complete], { retries: 1, hooks: { onWait, onRetry } });
    assert.equal(waits.length, 4);
    assert.deepEqual(
      told.filter((each) => each !== "pace"),
      [0, 8 * MIB, 16 * MIB, sizeBytes].map((receivedBytes) => ({ receivedBytes, sizeBytes })),
    );
    assert.equal((await readFile(join(folder, "film.mkv"))).length, sizeBytes);
  });

  test("waits for a server that is away for longer than its retries last, and goes on waiting", async () => {
    let outages = 0;
    const away: typeof fetch = async (input, init) => {
      if (outages < 1 || outages > 9) return fetch(input, init);
      outages += 1;
      throw new TypeError("fetch failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) });
    };
    const leave = () => void (outages ||= 1);
    await download([leave, ...Array.from({ length: 20 }, () => () => (outages > 9 ? arrive() : undefined))], {
      retries: 2,
      fetch: away,
    });
    assert.equal(outages, 10);
    assert.deepEqual(new Uint8Array(await readFile(join(folder, "film.mkv"))), content);
  });

  test("restarts counting its retries only when more has arrived", async () => {
    let asked = 0;
    const count = () => void ++asked;
    await assert.rejects(download([count, count, count], { retries: 2 }), ServerError);
    assert.equal(asked, 2);
  });

  test("gives up after its retries, and says how much has arrived", async () => {
    await assert.rejects(download([]), (error) => {
      assert.ok(error instanceof ServerError);
      assert.deepEqual([error.status, error.number], [503, 600]);
      assert.deepEqual(error.arrival, { receivedBytes: 0, sizeBytes: content.length });
      assert.match(error.message, /Please wait until the file has been scanned: 0 % of it has arrived/);
      return true;
    });
    await assertNothingKept();
  });
});
