import assert from "node:assert/strict";
import { after, before, describe, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { alarms, patterns, type ReadPage } from "./_client-patterns.ts";
import { Browser } from "./_browser.ts";
import { parsePage } from "./_page-tree.ts";
import { idOf, send } from "./_wire.ts";

const PASSWORD = "open sesame";
const NAME = "a & <b> 'c'.bin";
const BYTES = 1536;
const LANGUAGES = ["en", "fr"] as const;

suite("what clients read from the pages", () => {
  let server: TestServer;
  const pages = new Map<string, string>();

  before(async () => {
    server = await startTestServer({ storage: "memory", settings: { CONSIGNE_ANONYMOUS_UPLOAD: "on" } });
    await using hurried = await startHurriedServer();
    const links = await prepare(server);
    for (const language of LANGUAGES) {
      for (const [page, ask] of Object.entries({
        ...questions(server, links, language),
        ...hurried.questions(language),
      })) {
        pages.set(`${page} ${language}`, await ask());
      }
    }
  });
  after(() => server[Symbol.asyncDispose]());

  for (const { client, what, on, read, expected } of patterns) {
    test(`${client} finds the ${what} on the ${on}`, () => {
      const page = pages.get(`${on} en`) ?? "";
      const found = read(page);
      assert.ok(found !== undefined, `nothing found in ${page.slice(page.indexOf("<body>"))}`);
      if (typeof expected === "string") assert.equal(found, expected);
      else assert.match(found, expected);
    });
  }

  for (const { client, pattern, except = [] } of alarms) {
    test(`${client} does not see an error in ${pattern.source}`, () => {
      assert.ok(pages.size > 20);
      for (const [name, page] of pages) {
        const means = except.some((each) => name.startsWith(`${each} `));
        if (!means) assert.doesNotMatch(withoutTemplates(page), pattern, name);
      }
    });
  }

  describe("every page", () => {
    test("closes its tags, has one heading and one main landmark, and declares its language", () => {
      for (const [name, page] of pages) {
        parsePage(page.replace(/^<!DOCTYPE html>/, "").replace(/<style>[^<]*<\/style>/, ""));
        assert.equal(page.match(/<h1/g)?.length, 1, name);
        assert.equal(page.match(/role="main"/g)?.length, 1, name);
        assert.match(page, name.endsWith(" fr") ? /<html lang="fr">/ : /<html lang="en">/, name);
      }
    });
  });
});

/** A template's content is in no document, so its handlers do not run. */
const withoutTemplates = (page: string): string => page.replaceAll(/<template>[^]*?<\/template>/g, "");

interface Links {
  file: string;
  guarded: string;
  restricted: string;
  folder: string;
  guardedFolder: string;
  report: string;
  session: string;
}

async function prepare(server: TestServer): Promise<Links> {
  const owner = new ApiClient(server, server.apiKey);
  const content = "x".repeat(BYTES);
  const { url: file } = await server.seed.file(`/My <folder>/${NAME}`, content);
  const { url: guarded } = await server.seed.file("/guarded.bin", content, { password: PASSWORD });
  const { url: restricted } = await server.seed.file("/restricted.bin", content);
  await owner.ok("file/chattr", { urls: [restricted], acl: { email: ["somebody@example.org"] } });
  const share = async (path: string, more: object) => {
    const { id } = await server.seed.folder(path);
    return String((await owner.ok("folder/share", { folder_id: id, share: 1, ...more }))["url"]);
  };
  const upload = new FormData();
  upload.append("file[]", new Blob([content]), NAME);
  const sent = await new ApiClient(server).request("/upload.cgi?id=Patterns01", { method: "POST", body: upload });
  assert.equal(sent.status, 302);
  const browser = new Browser(server);
  await browser.signIn(server.email, server.password);
  return {
    session: browser.cookieHeader()["cookie"] ?? "",
    file,
    guarded,
    restricted,
    folder: await share("/My <folder>", {}),
    guardedFolder: await share("/guarded", { pass: PASSWORD }),
    report: `${server.url}/end.pl?xid=Patterns01`,
  };
}

/** A server where free downloads have to wait; the test decides whether another one is running. */
async function startHurriedServer() {
  let running = 0;
  const server = await startTestServer({
    storage: "memory",
    settings: { CONSIGNE_FREE_WAIT_SECONDS: "90", CONSIGNE_FREE_ONE_AT_A_TIME: "on" },
    replacePorts: (ports) => {
      const { locker } = ports;
      return {
        ...ports,
        locker: {
          tryAcquire: (...asked) => locker.tryAcquire(...asked),
          inTurn: (...asked) => locker.inTurn(...asked),
          countHeld: async () => running,
        },
      };
    },
  });
  const { url } = await server.seed.file("/waited for.bin", "bytes");
  const ask = async (language: string) => {
    const headers = { "consigne-face": "1fichier.com", cookie: `LG=${language}` };
    const answer = await send(url, { method: "POST", headers });
    assert.equal(answer.status, 200);
    return answer.text;
  };
  const direct = /<a href="https:\/\/[^"/]+([^"]+)">Start your/.exec(await ask("en"))?.[1] ?? "";
  assert.equal((await send(`${server.url}${direct}`)).text, "bytes");
  const questions = (language: string): Record<"wait page" | "busy page", () => Promise<string>> => ({
    "wait page": () => ask(language),
    "busy page": () => {
      running = 1;
      return ask(language).finally(() => (running = 0));
    },
  });
  return { questions, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Each page, as somebody without an account gets it on the host names of 1fichier.com. */
function questions(
  server: TestServer,
  links: Links,
  language: string,
): Record<Exclude<ReadPage, "wait page" | "busy page">, () => Promise<string>> {
  const headers = { "consigne-face": "1fichier.com", cookie: `LG=${language}` };
  const get = async (url: string, status = 200) => {
    const answer = await send(url, { headers });
    assert.equal(answer.status, status, url);
    return answer.text;
  };
  const signedIn = async (path: string) => {
    const cookie = `${links.session}; LG=${language}`;
    const answer = await send(`${server.url}/console/${path}`, { headers: { ...headers, cookie } });
    assert.equal(answer.status, 200, path);
    return answer.text;
  };
  const post = async (url: string, body: string) => {
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await send(url, { method: "POST", headers: { ...headers, ...type }, body });
    assert.equal(answer.status, 200, url);
    return answer.text;
  };
  const removal = async () => {
    const upload = new FormData();
    upload.append("file[]", new Blob(["gone"]), "gone.bin");
    const guest = new ApiClient(server);
    const { headers: sent } = await guest.request("/upload.cgi", { method: "POST", body: upload });
    const report = await guest.request(String(sent.get("location")));
    const { links: created } = report.json as { links: { remove: string }[] };
    return created[0]?.remove ?? "";
  };
  return {
    "free page": () => get(links.file),
    "protected page": () => get(links.guarded),
    "page after a wrong password": () => post(links.guarded, "adz=0.a1&pass=wrong+one"),
    "link page": () => post(links.file, "adz=0.a1&dl_no_ssl=on"),
    "offline page": () => get(`${server.url}/?abcdefghij0123456789`, 404),
    "restricted page": () => get(links.restricted, 403),
    "upload report": () => get(links.report),
    "shared folder": () => get(links.folder),
    "protected folder": () => get(links.guardedFolder),
    "home page": () => get(`${server.url}/`),
    "removal question": async () => get(await removal()),
    "removed page": async () => post(await removal(), "force=1"),
    "network page": () => get(`${server.url}/network.html`),
    "files page": () => signedIn("files.pl?dir_id=0&oby=0&search="),
    "links page": () => signedIn(`link.pl?selected[]=C_0_${idOf(links.guarded)}`),
    "stored page": () => signedIn("infog.pl"),
    "remote page": () => signedIn("remote.pl"),
    "account page": () => signedIn("index.pl?mf"),
    "plan page": () => signedIn("abo.pl"),
  };
}
