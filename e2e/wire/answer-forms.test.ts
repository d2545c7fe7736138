import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { uploadReportJson } from "@consigne/contract";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { assertShape } from "./_shapes.ts";
import { assertRefusal, bearer, JSON_TYPE, send } from "./_wire.ts";

const BOUNDARY = "----consigneTestBoundary";
const browser = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

suite("the format of upload answers", () => {
  let server: TestServer;
  let uploads = 0;

  before(async () => void (server = await startTestServer()));
  after(() => server[Symbol.asyncDispose]());

  const part = (head: string, text: string) =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`;
  const file = part('name="file[]"; filename="a.bin"', "hello");
  const post = (query: string, headers: Record<string, string> = {}, parts = [file]) =>
    send(`${server.url}/upload.cgi${query}`, {
      method: "POST",
      headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}`, ...headers },
      body: `${parts.join("")}--${BOUNDARY}--\r\n`,
    });
  const withId = (query = "") => `?id=form${String(++uploads).padStart(6, "0")}${query}`;
  /** Follows the redirect like every HTTP library: with the same headers, but neither body nor query. */
  const followed = async (answer: Awaited<ReturnType<typeof post>>, headers: Record<string, string> = {}) => {
    assert.equal(answer.status, 302, answer.text);
    return send(new URL(answer.headers.get("location") ?? "", server.url).href, { headers });
  };
  const assertReport = (report: Awaited<ReturnType<typeof post>>) => {
    assert.equal(report.headers.get("content-type"), JSON_TYPE, report.text);
    assertShape(uploadReportJson, report.json);
  };
  const assertPage = (report: Awaited<ReturnType<typeof post>>) => {
    assert.match(report.headers.get("content-type") ?? "", /^text\/html/);
    assert.match(report.text, /Upload finished/);
  };

  test("is JSON for a script that sends its key as a parameter or brings no upload id", async () => {
    const key = part('name="api_key"', server.apiKey);
    assertReport(await followed(await post(`?api_key=${server.apiKey}`)));
    assertReport(await followed(await post(withId(`&key=${server.apiKey}`), { accept: "*/*" })));
    assertReport(await followed(await post(withId(), {}, [key, file])));
    assertReport(await followed(await post("", { ...bearer(server.apiKey), accept: "*/*" })));
  });

  test("is a page for browsers, and for scrapers that bring an upload id", async () => {
    const key = bearer(server.apiKey);
    assertPage(await followed(await post(withId(), key)));
    assertPage(await followed(await post(withId(), { ...key, accept: "*/*" }), { accept: "*/*" }));
    assertPage(await followed(await post("", { ...key, ...browser }), browser));
    assertPage(await followed(await post(`?api_key=${server.apiKey}`, browser), browser));
  });

  test("named by the query or by Accept survives the redirect", async () => {
    const key = bearer(server.apiKey);
    assertReport(await followed(await post(withId("&JSON=1"), { ...key, ...browser }), browser));
    assert.match((await followed(await post(withId("&json=2"), key))).text, /\n/);
    assert.match((await followed(await post(withId("&Export=1"), key))).text, /^a\.bin;5;/);
    const json = { accept: "application/json" };
    assertReport(await followed(await post(withId(), { ...key, ...json }), json));
  });

  test("is the same for a refusal as for the report", async () => {
    assertRefusal(await post("?api_key=x"), 403, 93);
    assertRefusal(await post(""), 403, 12);
    assertRefusal(await post(withId(), { accept: "application/json" }), 403, 12);
    assertRefusal(await post(withId("&JSON=1")), 403, 12);
    for (const headers of [{}, browser] as Record<string, string>[]) {
      const refused = await post(withId(), headers);
      assert.equal(refused.status, 403);
      assert.match(refused.text, /<div class="bloc2">/);
    }
  });

  test("is JSON for callers that send a key or ask for JSON with Accept", async () => {
    const id = withId();
    await post(id, bearer(server.apiKey));
    const report = `${server.url}/end.pl${id.replace("id=", "xid=")}`;
    assertReport(await send(`${report}&api_key=${server.apiKey}`));
    assertReport(await send(report, { headers: { accept: "application/json" } }));
    assertPage(await send(report, { headers: browser }));
    assertRefusal(await send(`${server.url}/end.pl?xid=none`, { headers: { accept: "application/json" } }), 404, 570);
  });
});
