import assert from "node:assert/strict";
import { createHook } from "node:async_hooks";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { addPerson, uploadOne } from "./_wire.ts";

const PASSWORD = "open sesame";

/** Counts the argon2 hashes Node computes during `work`. The server runs in this process. */
async function hashesDuring(work: () => Promise<void>): Promise<number> {
  let count = 0;
  const hook = createHook({ init: (_id, type) => void (type === "ARGON2REQUEST" && (count += 1)) }).enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return count;
}

suite("a password is hashed once per request", () => {
  let server: TestServer;
  let link: string;
  let other: Awaited<ReturnType<typeof addPerson>>;
  before(async () => {
    server = await startTestServer();
    link = await uploadOne(new ApiClient(server, server.apiKey), "a.txt", "bytes", { dpass: PASSWORD });
    other = await addPerson(server, "other@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  async function post(url: string, fields: Record<string, string>, status: number): Promise<void> {
    const headers = { origin: server.url };
    const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields), redirect: "manual" });
    await answer.arrayBuffer();
    assert.equal(answer.status, status);
  }

  test("on a link page's form", async () => {
    assert.equal(await hashesDuring(() => post(link, { pass: PASSWORD, did: "0" }, 200)), 1);
    assert.equal(await hashesDuring(() => post(link, { pass: PASSWORD }, 302)), 1);
    assert.equal(await hashesDuring(() => post(link, { pass: "wrong", did: "0" }, 200)), 1);
  });

  test("in calls about a link", async () => {
    for (const call of ["file/info", "download/get_token"] as const)
      assert.equal(
        await hashesDuring(async () => void (await other.client.ok(call, { url: link, pass: PASSWORD }))),
        1,
        call,
      );
  });

  test("when signing in", async () => {
    const fields = { mail: server.email, pass: server.password };
    assert.equal(await hashesDuring(() => post(`${server.url}/login.pl`, fields, 303)), 1);
  });
});
