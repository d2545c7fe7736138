import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { until } from "../_until.ts";
import { Browser } from "./_browser.ts";
import { HostileSource } from "./_hostile-source.ts";
import { addPerson, assertSafePage, makeFolder, type Person, type RawAnswer, send } from "./_wire.ts";

suite("the remote uploads page", () => {
  let server: TestServer;
  let source: HostileSource;
  let person: Person;
  let browser: Browser;

  before(async () => {
    server = await startTestServer({ settings: { CONSIGNE_REMOTE_ALLOW: "127.0.0.0/8" } });
    source = await HostileSource.open();
    person = await addPerson(server, "page@example.org");
    browser = new Browser(server);
    await browser.signIn(person.email, person.password);
  });
  after(async () => {
    await source[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const path = () => `${server.url}/console/remote.pl`;
  const open = (query = ""): Promise<RawAnswer> => send(`${path()}${query}`, { headers: browser.cookieHeader() });
  const submit = async (fields: Record<string, string>): Promise<RawAnswer> => {
    const token = /name="token" value="(\w+)"/.exec((await open()).text)?.[1] ?? "";
    const headers = {
      ...browser.cookieHeader(),
      "content-type": "application/x-www-form-urlencoded",
      origin: server.url,
      "sec-fetch-site": "same-origin",
    };
    return send(path(), { method: "POST", headers, body: new URLSearchParams({ token, ...fields }).toString() });
  };
  /** The fields that the page's buttons send. */
  const buttonOf = (page: string, action: string): Record<string, string> => {
    const form = new RegExp(
      `value="${action}"><input type="hidden" name="id" value="(\\d+)"><input type="hidden" name="item" value="(\\w+)">`,
    ).exec(page);
    return { do: action, id: form?.[1] ?? "", item: form?.[2] ?? "" };
  };
  const divs = (page: string) => /<div id="ct">([^]*?)\n<\/div>/.exec(page)?.[1]?.match(/<div/g)?.length;
  const untilShown = (seen: RegExp): Promise<string> =>
    until(`${seen} on the page`, async () => {
      const { text } = await open();
      return seen.test(text) ? text : undefined;
    });

  test("shows the status in words, in four divs per address plus one, and cancels and retries with its forms", async () => {
    let stalls = true;
    const url = source.at("/stalls.bin", (_request, response) => {
      if (stalls) response.writeHead(200).write("0123456789");
      else response.end("0123456789");
    });
    const folder = await makeFolder(person.client, "isos");
    const first = await open();
    assertSafePage(first, "remote.pl");
    assert.equal(divs(first.text), 1);
    assert.match(first.text, new RegExp(`<option value="${folder}">isos</option>`));
    const added = await submit({ do: "add", links: `${url}\r\n${source.url}/gone`, did: String(folder) });
    assert.deepEqual([added.status, added.headers.get("location")], [303, "/console/remote.pl?done=add"]);
    assert.match((await open("?done=add")).text, /The URLs were queued/);
    const running = await untilShown(/<div>running<\/div>\n<div>10 B; total size unknown[^]*failed/);
    assert.equal(divs(running), 5);
    assert.match(running, /failed[^]*answered 404/);
    const french = await send(`${server.url}/fr/console/remote.pl`, { headers: browser.cookieHeader() });
    assert.match(french.text, /échoué[^]*a répondu 404/);
    assert.doesNotMatch(french.text, /answered/);
    assert.equal((await submit(buttonOf(running, "cancel"))).status, 303);
    const cancelled = await untilShown(/>cancelled</);
    assert.equal(divs(cancelled), 1);
    stalls = false;
    const retried = await submit(buttonOf(cancelled, "retry"));
    assert.deepEqual([retried.status, retried.headers.get("location")], [303, "/console/remote.pl?done=retry"]);
    await untilShown(/<a href="[^"]*\?\w{20}">stalls.bin<\/a>/);
    assert.equal((await person.client.ok("file/ls", { folder_id: folder }))["count"], 1);
  });

  test("shows imports below the list that programs count, and retries one with the key it needs", async () => {
    const folder = await makeFolder(person.client, "taken over");
    const order = { source: `${server.url}/v1`, source_key: "wrong", path: "/nowhere", folder_id: folder };
    const { id } = (await person.client.ok("/x/v1/import/add", order))["import"] as { id: number };
    const failed = await untilShown(/failed: 0 files arrived[^]*does not accept the API key/);
    assertSafePage(await open(), "remote.pl");
    assert.equal(divs(failed), 1);
    assert.match(failed, new RegExp(`i${id} ${server.url}/v1 /nowhere`));
    const retry = { do: "importRetry", id: String(id) };
    const keyless = await submit({ ...retry, source_key: "" });
    assert.deepEqual([keyless.status, /can not continue/.test(keyless.text)], [400, true]);
    const secret = "SecretOfTheSource";
    const again = await submit({ ...retry, source_key: secret });
    assert.deepEqual([again.status, again.headers.get("location")], [303, "/console/remote.pl?done=importRetry"]);
    assert.ok(!(await untilShown(/failed: 0 files arrived/)).includes(secret));
    assert.equal((await submit({ do: "importCancel", id: String(id) })).status, 303);
    assert.equal((await submit({ do: "importCancel", id: "999999" })).status, 404);
  });

  test("does not offer to retry an upload that lacks its login", async () => {
    await submit({ do: "add", links: `${source.url.replace("http://", "http://me:secret@")}/gone-too`, did: "0" });
    const page = await untilShown(/gone-too<[^]*enter the URL with its name and password/);
    assert.doesNotMatch(page, new RegExp(`aria-label="Try again ${source.url}/gone-too"`));
  });

  test("keeps the input if it cannot be queued, and says why", async () => {
    const refused = await submit({ do: "add", links: `https://example.org/"><b>`, did: "99999999" });
    assert.equal(refused.status, 404);
    assertSafePage(refused, "remote.pl");
    assert.match(refused.text, /no such folder/);
    assert.match(refused.text, /<textarea[^>]*>https:\/\/example.org\/&quot;&gt;&lt;b&gt;<\/textarea>/);
    const links = ["https://example.org/a", "file:///etc/passwd", "https://example.org/b"];
    const bad = await submit({ do: "add", links: links.join("\r\n\r\n"), did: "0" });
    assert.equal(bad.status, 400);
    assert.match(bad.text, /Line 2 is not an http, https or ftp URL/);
    assert.ok(bad.text.includes(`>${links.join("\n")}</textarea>`), "each on its line");
    const foreign = `${source.url}/a\r\nhttps://1fichier.com/?abcdefghij0123456789`;
    assert.match((await submit({ do: "add", links: foreign, did: "0" })).text, /Line 2 is a link of 1fichier\.com/);
    const many = await submit({ do: "add", links: `${source.url}/a\r\n`.repeat(101), did: "0" });
    assert.match(many.text, /up to 100 URLs at once/);
  });

  test("is available in French, and shows nobody else's uploads", async () => {
    const other = new Browser(server);
    const stranger = await addPerson(server, "stranger@example.org");
    await other.signIn(stranger.email, stranger.password);
    const page = await send(`${server.url}/fr/console/remote.pl`, { headers: other.cookieHeader() });
    assert.match(page.text, /<h1>Envois à distance<\/h1>/);
    assert.doesNotMatch(page.text, /stalls|127\.0\.0\.1:\d+\/gone/);
    const theirs = await open();
    const taken = buttonOf(theirs.text, "retry");
    const headers = { ...other.cookieHeader(), "content-type": "application/x-www-form-urlencoded" };
    const answer = await send(path(), { method: "POST", headers, body: new URLSearchParams(taken).toString() });
    assert.equal(answer.status, 404);
  });
});
