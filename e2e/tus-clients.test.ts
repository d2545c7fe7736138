import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, beforeEach, suite, test } from "node:test";
import { ApiClient, fault, type FaultyServer, startFaultyServer } from "@consigne/testkit";
import { Upload, type DetailedError, type HttpRequest } from "tus-js-client";
import { makeFolder } from "./wire/_wire.ts";

const MIB = 1024 ** 2;

suite("tus-js-client", () => {
  let server: FaultyServer;
  let api: ApiClient;
  let folder = 0;
  let folders = 0;
  before(async () => {
    server = await startFaultyServer({ settings: { CONSIGNE_MIN_FREE_BYTES: "1" } });
    api = new ApiClient(server, server.apiKey);
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    server.faults.clear();
    server.requests.clear();
    folder = await makeFolder(api, `folder ${++folders}`);
  });

  type Options = ConstructorParameters<typeof Upload>[1];

  /** Ends with the upload; resolves with its link. */
  const sent = (
    content: Buffer,
    options: Partial<Options> = {},
    begin: (upload: Upload) => unknown = (it) => it.start(),
  ) =>
    new Promise<string>((resolve, reject) => {
      const upload: Upload = new Upload(content, {
        endpoint: `${server.url}/x/v1/tus`,
        headers: { authorization: `Bearer ${server.apiKey}` },
        metadata: { filename: "film é.mkv", filetype: "video/x-test", folder_id: String(folder) },
        retryDelays: [0, 0, 0, 0],
        onError: reject,
        onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader("Consigne-Link") ?? ""),
        ...options,
      });
      void begin(upload);
    });
  const bytesOf = async (url: string): Promise<Buffer> => {
    const direct = new URL(String((await api.ok("download/get_token", { url }))["url"]));
    return Buffer.from(await (await fetch(new URL(direct.pathname, server.url))).arrayBuffer());
  };
  const requireOne = async (content: Buffer, url: string) => {
    const { items } = (await api.ok("file/ls", { folder_id: folder })) as {
      items: { filename: string; url: string }[];
    };
    assert.deepEqual(
      items.map((item) => [item.filename, item.url]),
      [["film é.mkv", url]],
    );
    assert.ok((await bytesOf(url)).equals(content));
  };
  const isPatch = ({ method }: { method: string }) => method === "PATCH";

  for (const [name, options] of Object.entries({
    "in one request": {},
    "in chunks that are not whole parts": { chunkSize: 3 * MIB },
    "with its creation": { uploadDataDuringCreation: true },
    "by POST alone": { overridePatchMethod: true, chunkSize: 9 * MIB },
  } satisfies Record<string, Partial<Options>>)) {
    test(`sends a file ${name}`, async () => {
      const content = randomBytes(10 * MIB + 17);
      await requireOne(content, await sent(content, options));
    });
  }

  test("sends an empty file", async () => {
    await requireOne(Buffer.alloc(0), await sent(Buffer.alloc(0)));
  });

  test("resumes after disconnects, and sends nothing again that was durable", async () => {
    const content = randomBytes(20 * MIB + 1);
    server.faults.add(isPatch, fault.cutAfterRequestBytes(9 * MIB));
    const offsets: number[] = [];
    const onAfterResponse: Options["onAfterResponse"] = (asked: HttpRequest, answer) => {
      if (asked.getMethod() === "HEAD") offsets.push(Number(answer.getHeader("Upload-Offset")));
    };
    await requireOne(content, await sent(content, { onAfterResponse }));
    const [resumed = 0] = offsets;
    assert.equal(offsets.length, 1);
    assert.ok(resumed <= 9 * MIB, String(resumed));
    assert.equal(server.requests.count(isPatch), 2);
  });

  test("makes no second file when the final response was lost", async () => {
    const content = randomBytes(MIB);
    server.faults.add(isPatch, fault.cutBeforeAnswer());
    await requireOne(content, await sent(content));
    assert.equal(server.requests.count(isPatch), 1);
  });

  test("resumes an upload from an earlier run of the program", async () => {
    const content = randomBytes(5 * MIB);
    let chunks = 0;
    const isLate = (request: { method: string }) => isPatch(request) && ++chunks > 2;
    server.faults.add(isLate, fault.cutAfterRequestBytes(MIB / 2), { times: Infinity });
    let uploadUrl: string | null = null;
    const noRetries = { retryDelays: null, chunkSize: MIB };
    const failed = sent(content, noRetries, (upload) => {
      upload.options.onUploadUrlAvailable = () => void (uploadUrl = upload.url);
      upload.start();
    });
    await failed.catch(() => undefined);
    server.faults.clear();
    assert.ok(uploadUrl);
    await requireOne(content, await sent(content, { uploadUrl }));
  });

  test("gives up at once when a retry cannot help", async () => {
    const tries = async (options: Partial<Options>) => {
      server.requests.clear();
      const error: DetailedError = await sent(randomBytes(10), options).then(
        () => assert.fail("the upload was accepted"),
        (reason: DetailedError) => reason,
      );
      assert.equal(server.requests.list(() => true).length, 1, String(error));
      return error.originalResponse?.getStatus();
    };
    assert.equal(await tries({ headers: { authorization: "Bearer nobody" } }), 403);
    assert.equal(await tries({ metadata: { filename: "a", folder_id: "999999" } }), 404);
    assert.equal(await tries({ metadata: { filename: "a/b" } }), 400);
    const account = await server.services.accounts.getByEmail("operator", server.email);
    await server.services.accounts.setQuota("operator", account, 1);
    try {
      assert.equal(await tries({}), 413);
    } finally {
      await server.services.accounts.setQuota("operator", account, undefined);
    }
  });

  test("terminates an unfinished upload", async () => {
    const content = randomBytes(3 * MIB);
    let upload: Upload | undefined;
    const ended = Promise.withResolvers<void>();
    const chunked: Promise<string> = sent(
      content,
      { chunkSize: MIB, onChunkComplete: () => void upload?.abort(true).then(ended.resolve, ended.reject) },
      (it) => (upload = it).start(),
    );
    chunked.catch(() => undefined);
    await ended.promise;
    assert.deepEqual((await api.ok("/x/v1/uploads/list"))["uploads"], []);
  });
});
