import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints, pageEndpoints } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { basic, bearer, idOf, makeFolder, send, uploadOne } from "./_wire.ts";

const FORM = "application/x-www-form-urlencoded";
const PASSWORD = "open sesame";

const upload = {
  method: "POST",
  headers: { "content-type": "multipart/form-data; boundary=b", accept: "text/html" },
  body: '--b\r\nContent-Disposition: form-data; name="file[]"; filename="x"\r\n\r\nx\r\n--b--\r\n',
};
const post = (fields: Record<string, string>) => ({
  method: "POST",
  headers: { "content-type": FORM },
  body: String(new URLSearchParams(fields)),
});

suite("pages and their forms", () => {
  let server: TestServer;
  let owner: ApiClient;
  let open: string;
  let locked: string;
  let shared: string;
  let lockedShare: string;

  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
    open = await uploadOne(owner, "open.txt", "hello");
    locked = await uploadOne(owner, "locked.txt", "hello", { dpass: PASSWORD });
    const share = async (name: string, more: object) => {
      const folder = await makeFolder(owner, name);
      return String((await owner.ok("folder/share", { folder_id: folder, share: 1, ...more }))["url"]);
    };
    shared = await share("shared", {});
    lockedShare = await share("locked", { pass: PASSWORD });
  });
  after(() => server[Symbol.asyncDispose]());

  test("ask for a password again each time: no cookie remembers it", async () => {
    for (const url of [locked, lockedShare]) {
      const right = await send(url, post({ pass: PASSWORD, did: "0" }));
      assert.equal(right.status, 200);
      assert.equal(right.headers.get("set-cookie"), null);
      assert.match((await send(url, { headers: { cookie: `pass=${PASSWORD}` } })).text, /name="pass"/);
    }
  });

  /** What a foreign page can make a browser send: its cookies and the password it remembers. */
  const browsers = (): Record<string, string>[] => {
    const cookie = ["SID", "session", "key", "api_key", "apikey", "Authorization"]
      .map((name) => `${name}=${server.apiKey}`)
      .join("; ");
    const remembered = basic(server.email, server.password);
    return [
      { cookie },
      { cookie, origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" },
      { cookie, ...remembered, origin: "https://elsewhere.example" },
      { cookie, ...remembered, origin: "null" },
      { cookie, ...remembered, "sec-fetch-site": "cross-site" },
      { cookie, ...remembered, "sec-fetch-site": "same-site", origin: "https://other.127.0.0.1" },
    ];
  };

  async function everythingOfTheOwner(): Promise<unknown> {
    const [files, folders, { stats_date: _now, ...info }] = await Promise.all([
      owner.ok("file/ls", { folder_id: 0 }),
      owner.ok("folder/ls", { folder_id: 0 }),
      owner.ok("user/info"),
    ]);
    const details = await owner.ok("file/info", { url: open });
    const account = await server.services.accounts.getByEmail("operator", server.email);
    return { files, folders, info, details, account, shared: (await send(shared)).text };
  }

  test("change and reveal nothing for another site's form, whatever the browser sends along", async () => {
    const folder = await makeFolder(owner, "precious");
    const before = await everythingOfTheOwner();
    const fields = { url: open, name: "taken", folder_id: folder, share: 1, pass: "taken over", inline: 1, domain: 3 };
    const wanted = { ...fields, urls: [open], files: [{ url: open }], email: "thief@example.org" };
    const text = JSON.stringify(wanted);
    const flat = String(new URLSearchParams({ ...fields, force: "1" } as unknown as Record<string, string>));
    const forms: { headers: Record<string, string>; body: string }[] = [
      { headers: { "content-type": "text/plain" }, body: text },
      { headers: { "content-type": FORM }, body: flat },
      upload,
      { headers: { "content-type": "application/json" }, body: text },
      { headers: {}, body: "" },
    ];
    const paths = [
      ...Object.values(endpoints).map(({ path }) => path),
      ...Object.values(pageEndpoints).map(({ path }) => path.replace("{id}", idOf(open)).replace("{code}", "x")),
    ];
    const keyed = new Set(
      Object.values(endpoints)
        .filter(({ identification }) => identification === "key")
        .map(({ path }) => path),
    );
    for (const path of paths) {
      for (const browser of browsers()) {
        const asked = await send(`${server.url}${path}`, { headers: browser });
        assert.equal(asked.headers.get("set-cookie"), null, path);
        for (const { headers, body } of forms) {
          const answer = await send(`${server.url}${path}`, {
            method: "POST",
            headers: { ...browser, ...headers },
            body,
          });
          assert.equal(answer.headers.get("set-cookie"), null, path);
          if (keyed.has(path)) assert.ok([400, 403, 404].includes(answer.status), `${path}: ${answer.status}`);
        }
      }
    }
    assert.deepEqual(await everythingOfTheOwner(), before);
    const own = await send(`${server.url}/v1/file/chattr.cgi`, {
      method: "POST",
      headers: { ...bearer(server.apiKey), "content-type": "application/json" },
      body: JSON.stringify({ urls: [open], pass: "taken over" }),
    });
    assert.equal(own.status, 200, "the same is done for the key");
  });
});
