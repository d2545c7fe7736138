import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { test } from "node:test";
import { endpoints, parseFileLink } from "@consigne/contract";
import { ApiClient, startTestServer } from "@consigne/testkit";
import { assertAnswer, fileInfo } from "./_shapes.ts";
import { addPerson, assertRefusal, send, uploadOne } from "./_wire.ts";

/** More than a connection takes in before its reader reads. */
const content = new Uint8Array(32 * 1024 * 1024).fill(7);

test("a file blocked by the operator is gone for strangers, and tells its owner why", async () => {
  await using server = await startTestServer({ downloadRecheckMs: 20 });
  const owner = new ApiClient(server, server.apiKey);
  const { client: stranger } = await addPerson(server, "stranger@example.org");
  const url = await uploadOne(owner, "a.bin", content);
  assert.ok(!("blocked" in (await fileInfo(owner, url))));
  const { url: direct } = await owner.ok("download/get_token", { url });
  const [response] = (await once(get(String(direct), { agent: false }), "response")) as [IncomingMessage];
  assert.equal(response.statusCode, 200);

  await server.services.contentBlocks.block("operator", parseFileLink(url)?.id ?? "", "reasons of our own");
  response.resume();
  const [error] = (await once(response, "error")) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ECONNRESET", "the running download is cut off");

  assert.equal((await fileInfo(owner, url))["blocked"], 1);
  const { items } = assertAnswer(endpoints.fileLs, await owner.call("file/ls"));
  assert.deepEqual(
    (items as Record<string, unknown>[]).map(({ blocked }) => blocked),
    [1],
  );
  assertRefusal(await owner.call("download/get_token", { url }), 410, 595);
  assertRefusal(await owner.call("file/cp", { urls: [url], rename: "copy.bin" }), 410, 595);
  assertRefusal(await send(String(direct)), 410, 595);
  const own = await send(`${url}&lg=fr`, { headers: { authorization: `Bearer ${server.apiKey}` } });
  assert.equal(own.status, 410);
  assert.match(own.text, /a bloqué ce fichier/);

  const unknown = url.replace(/\?.*/, `?${"x".repeat(20)}`);
  for (const call of ["download/get_token", "file/info"]) assertRefusal(await stranger.call(call, { url }), 404, 469);
  for (const options of [{}, { method: "POST" }]) {
    const [page, absent] = [await send(url, options), await send(unknown, options)];
    const [id, otherId] = [url, unknown].map((link) => parseFileLink(link)?.id ?? "");
    assert.equal(page.status, 404);
    assert.ok(page.text.replaceAll(id ?? "", otherId ?? "") === absent.text, "like an unknown link");
  }
  await owner.ok("file/rm", { files: [{ url }] });
  assert.equal((await stranger.call("file/info", { url })).status, 404);
});
