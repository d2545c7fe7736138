import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ClientOptions, createClient, isFloodLockError, type Wait } from "@consigne/sdk";
import { ApiClient, startTestServer } from "@consigne/testkit";
import { JumpingClock } from "../src/pacing/_jumping-clock.ts";
import { type Answerer, sendJson, startAnsweringServer } from "./_answering-server.ts";

const entry = { link: "https://1fichier.com/?abcdefghij0123456789", filename: "a", size: "12", password: "0", acl: 0 };

/** A site that does not publish its limits, and a client whose waits take no time. */
async function setUp(answers: readonly Answerer[], options: ClientOptions = {}) {
  let next = 0;
  const site = await startAnsweringServer((call, response) => {
    if (call.path === "/x/v1/about") return sendJson(response, 404, {});
    answers[Math.min(next++, answers.length - 1)]?.(call, response);
  });
  const clock = new JumpingClock();
  const startMs = clock.now();
  const waits: Wait[] = [];
  const hooks = { onWait: (wait: Wait) => waits.push(wait) };
  const client = createClient({ url: site.url, pacing: { clock, isShared: false }, hooks, ...options });
  const list = () => client.shares.publicListing(`${site.url}/dir/abcdefgh`);
  const pages = () => site.calls.filter(({ path }) => path.startsWith("/dir/")).length;
  const elapsed = () => clock.now() - startMs;
  return { list, pages, waits, elapsed, [Symbol.asyncDispose]: () => site[Symbol.asyncDispose]() };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answerer =>
  (_call, response) =>
    sendJson(response, status, body, headers);
const page =
  (status: number, text: string): Answerer =>
  (_call, response) => {
    response.writeHead(status, { "content-type": "text/html" });
    response.end(`<body><p>${text}</p></body>`);
  };

describe("public pages", () => {
  it("of a site without announced limits are read once a second", async () => {
    await using test = await setUp([json(200, [entry])]);
    const listings = await Promise.all([test.list(), test.list(), test.list()]);
    assert.deepEqual(
      listings.flat().map(({ name, sizeBytes, hasPassword }) => [name, sizeBytes, hasPassword]),
      Array.from({ length: 3 }, () => ["a", 12, false]),
    );
    assert.equal(test.elapsed(), 2000);
  });

  it("of a server that counts them like calls stay within its rate, or are not delayed if it has none", async () => {
    for (const limits of ["authentic", "off"] as const) {
      await using server = await startTestServer({ limits });
      const { folder_id: id } = await new ApiClient(server, server.apiKey).ok("folder/mkdir", { name: "open" });
      const share = await new ApiClient(server, server.apiKey).ok("folder/share", { folder_id: id, share: 1 });
      const waits: Wait[] = [];
      const client = createClient({
        url: server.url,
        pacing: { isShared: false },
        hooks: { onWait: (wait) => waits.push(wait) },
      });
      await Promise.all(Array.from({ length: 10 }, () => client.shares.publicListing(String(share["url"]))));
      assert.deepEqual([...new Set(waits.map(({ reason }) => reason))], limits === "off" ? [] : ["pace"]);
      assert.deepEqual(await server.limits.locks(), []);
    }
  });

  it("that lock the address are waited for once, and read again", async () => {
    const held = [
      [page(200, "Your requests are too fast"), 30_000],
      [json(403, { message: "IP Locked #375", status: "KO" }, { "retry-after": "60" }), 60_250],
      [page(429, "slow down"), 30_000],
    ] as const;
    for (const [answer, leastMs] of held) {
      await using test = await setUp([answer, json(200, [entry])]);
      assert.equal((await test.list()).length, 1);
      assert.equal(test.pages(), 2);
      assert.ok(test.elapsed() >= leastMs && test.elapsed() < leastMs + 1000, String(test.elapsed()));
      assert.deepEqual(
        test.waits.map(({ reason, endpoint }) => [reason, endpoint]),
        [["flood-lock", "directory"]],
      );
    }
  });

  it("that ban the address for longer than the maximum wait say so, and are not read meanwhile", async () => {
    await using test = await setUp([page(403, "IP Locked")]);
    await assert.rejects(test.list(), isFloodLockError);
    await assert.rejects(test.list(), isFloodLockError);
    assert.equal(test.pages(), 1);
    await using unpaced = await setUp([page(429, "slow down")], { pacing: "off" });
    await assert.rejects(unpaced.list(), isFloodLockError);
  });

  it("wait as long as a server in trouble asks", async () => {
    await using test = await setUp([
      json(503, { message: "Busy #593", status: "KO" }, { "retry-after": "7" }),
      json(200, []),
    ]);
    assert.deepEqual(await test.list(), []);
    assert.equal(test.elapsed(), 7000);
  });

  it("never count as empty if they are not a list", async () => {
    const odd: [Answerer, string][] = [
      [json(200, {}), "ServerError"],
      [json(200, null), "ServerError"],
      [json(200, "text"), "ServerError"],
      [json(200, { message: "Resource not allowed #631", status: "KO" }), "AccessDeniedError"],
      [json(404, { message: "Resource not found #469", status: "KO" }), "NotFoundError"],
      [json(200, [entry, null]), "ServerError"],
      [json(200, [{ filename: "a" }]), "ServerError"],
      [page(200, "Please wait"), "ServerError"],
      [page(404, "gone"), "NotFoundError"],
      [page(200, '<input name="pass">'), "WrongPasswordError"],
    ];
    for (const [answer, name] of odd) {
      await using test = await setUp([answer], { retries: 1, pacing: "off" });
      await assert.rejects(test.list(), { name });
    }
  });
});
