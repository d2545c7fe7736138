import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { idOf, send, uploadOne } from "./_wire.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };
const languageOf = (page: string) => /<html lang="([^"]*)">/.exec(page)?.[1];

suite("the language of pages", () => {
  let server: TestServer;
  let link: string;
  let guarded: string;

  before(async () => {
    server = await startTestServer({ storage: "memory" });
    const owner = new ApiClient(server, server.apiKey);
    link = await uploadOne(owner);
    guarded = await uploadOne(owner, "guarded.bin", "hello", { dpass: "open sesame" });
  });
  after(() => server[Symbol.asyncDispose]());

  const visit = (url: string, headers: Record<string, string> = {}) => send(url, { headers });
  const cookieOf = (answer: { headers: Headers }) => answer.headers.get("set-cookie");

  test("is English, whatever a browser prefers, until somebody says another", async () => {
    const asked: [string, Record<string, string>, string][] = [
      [link, {}, "en"],
      [link, { "accept-language": "fr-FR,fr;q=0.9" }, "en"],
      [link, { cookie: "a=b; LG=fr; c=d" }, "fr"],
      [link, { cookie: "LG=pl" }, "en"],
      [`${link}&lg=fr`, {}, "fr"],
      [`${link}&lg=en`, { cookie: "LG=fr" }, "en"],
      [link.replace("/?", "/fr/?"), { cookie: "LG=en" }, "fr"],
      [`${link.replace("/?", "/fr/?")}&lg=en`, {}, "en"],
      [link.replace("/?", "/bg/?"), { cookie: "LG=fr" }, "en"],
      [`${server.url}/fr`, {}, "fr"],
      [`${server.url}/fr/dir/Ab3dEf9h`, {}, "fr"],
      [`${server.url}/?abcdefghij0123456789&lg=fr`, {}, "fr"],
    ];
    for (const [url, headers, language] of asked) {
      const answer = await visit(url, headers);
      assert.equal(languageOf(answer.text), language, `${url} ${JSON.stringify(headers)}`);
      assert.equal(answer.headers.get("content-language"), language);
    }
  });

  test("is kept where it was chosen by a link, and left alone otherwise", async () => {
    const chosen = cookieOf(await visit(`${link}&lg=fr`)) ?? "";
    assert.match(chosen, /^LG=fr; Path=\/; Max-Age=\d+; SameSite=Lax$/);
    assert.equal(cookieOf(await visit(`${link}&lg=fr`, { cookie: "LG=fr" })), null);
    for (const url of [link, `${link}&lg=pl`, link.replace("/?", "/fr/?")])
      assert.equal(cookieOf(await visit(url)), null);
  });

  test("goes along with a form where neither cookie nor address says it again", async () => {
    const question = await visit(`${guarded}&lg=fr`);
    assert.match(question.text, /<input type="hidden" name="lg" value="fr">/);
    const again = await send(guarded, { method: "POST", headers: form, body: "adz=0.a1&pass=wrong+one&lg=fr" });
    assert.equal(languageOf(again.text), "fr");
    assert.match(again.text, /Mot de passe incorrect/);
    assert.doesNotMatch((await visit(guarded)).text, /name="lg"/);
  });

  test("is changed by a link to the same page, which carries nothing on that somebody might slip in", async () => {
    const page = await visit(`${link}&inline=1&lg=en&x=<b>&y=a%20b&z=You must wait`.replaceAll(" ", "%20"));
    const href = /<a href="([^"]+)" lang="fr"/.exec(page.text)?.[1];
    assert.equal(href, `/?${idOf(link)}&amp;inline=1&amp;lg=fr`);
    assert.equal(languageOf((await visit(`${server.url}/?${idOf(link)}&inline=1&lg=fr`)).text), "fr");
  });
});
