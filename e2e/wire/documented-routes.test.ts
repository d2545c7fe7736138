import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type Endpoint, endpoints, methodsAt, type PageEndpoint, pageEndpoints, pathsOf } from "@consigne/contract";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { addPerson, assertRefusal, assertSafePage, send } from "./_wire.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "TRACE", "PROPFIND"];
/** Values for path parameters: none exists, all are well-formed. */
const values: Readonly<Record<string, string>> = {
  language: "pt",
  token: "a".repeat(40),
  id: "Ab3dEf9h",
  code: "abc",
  asset: "app-abc.js",
  part: "1",
};

/** Headers that the framework itself would refuse if there is a route. */
const oddHead = { "content-type": "neither/one/nor the other" };

suite("the server's routes match the contract", () => {
  let server: TestServer;
  before(async () => void (server = await startTestServer()));
  after(() => server[Symbol.asyncDispose]());

  test("an unknown address answers browsers with a page in their language, and programs with JSON", async () => {
    const browser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
    for (const [path, words] of [
      ["/console/nothing.pl", "There is nothing at this URL."],
      ["/fr/nothing", "Il n’y a rien à cette URL."],
    ] as const) {
      const page = await send(`${server.url}${path}`, { headers: browser });
      assert.equal(page.status, 404);
      assertSafePage(page, path);
      assert.ok(page.text.replaceAll("'", "&#39;").includes(words), page.text);
      assertRefusal(await send(`${server.url}${path}`), 404, 551);
    }
    const method = await send(`${server.url}/login.pl`, { method: "PUT", headers: browser });
    assert.equal(method.status, 405);
    assertSafePage(method, "another method");
    assertRefusal(await send(`${server.url}/v1/nothing.cgi`, { headers: browser }), 404, 551);
  });

  test("the page of an unknown address offers to sign in only to those who have not", async () => {
    const { email, password } = await addPerson(server, "person@example.org");
    const [known, stranger] = [new Browser(server), new Browser(server)];
    await known.signIn(email, password);
    const page = await known.open("/console/nothing.pl");
    assert.equal(page.status, 404);
    assert.ok(page.text.includes(email) && page.text.includes("/logout.pl"), page.text);
    assert.ok(!page.text.includes("/login.pl"), page.text);
    assert.match((await stranger.open("/console/nothing.pl")).text, /\/login\.pl/);
    const session = { cookie: [...known.cookies].map((pair) => pair.join("=")).join("; ") };
    assertRefusal(await send(`${server.url}/console/nothing.pl`, { headers: session }), 404, 551);
  });

  for (const entry of [...Object.values<Endpoint>(endpoints), ...Object.values<PageEndpoint>(pageEndpoints)]) {
    for (const parts of pathsOf(entry)) {
      const path = parts.map((part) => (typeof part === "string" ? part : values[part.name])).join("");
      // At the root, calls and pages are distinguished by what is sent.
      const taken = path === "/" ? ["GET", "HEAD", "POST"] : entry.methods;
      test(`${path} accepts ${taken.join(", ")} and no other method (${entry.operation})`, async () => {
        const answers = await Promise.all(methods.map((method) => send(`${server.url}${path}`, { method })));
        for (const [index, answer] of answers.entries()) {
          const method = methods[index] ?? "";
          if (entry.availability === "planned") {
            assert.equal(answer.status, 404, method);
          } else if ((taken as readonly string[]).includes(method)) {
            assert.notEqual(answer.status, 405, method);
            if (answer.status === 404 && path !== "/" && path !== "/pt")
              assert.doesNotMatch(answer.text, /#551/, method);
          } else {
            if (method !== "HEAD") {
              const odd = await send(`${server.url}${path}`, { method, headers: oddHead });
              assert.equal(odd.status, 405, method);
            }
            if (method === "HEAD") assert.equal(answer.status, 405);
            else assertRefusal(answer, 405, 552);
            assert.equal(answer.headers.get("allow"), taken.join(", "));
          }
        }
        assert.deepEqual(methodsAt(path), entry.availability === "planned" ? undefined : taken);
      });
    }
  }
});
