import assert from "node:assert/strict";
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { endpoints, pageEndpoints } from "@consigne/contract";
import { BlobStoreError, MemoryBlobStore, type Ports, systemClock } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { basic, bearer, idOf, makeFolder, type RawAnswer, send, uploadOne } from "./_wire.ts";

const FORM = "application/x-www-form-urlencoded";
const PASSWORD = "open sesame";
const DAMAGED_BYTES = 4567;

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

/** Storage that does not answer. */
function withoutStorage(embedded: Ports): Ports {
  const room = () => Promise.reject(new BlobStoreError("unavailable", "The disk is gone."));
  return { ...embedded, blobs: Object.assign(new MemoryBlobStore(systemClock), { room }) };
}

async function damage(server: TestServer, sizeBytes: number): Promise<void> {
  const entries = await readdir(join(server.dataDir, "bytes", "blobs"), { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if ((await stat(path)).size === sizeBytes) await writeFile(path, new Uint8Array(sizeBytes).fill(1));
  }
  assert.equal((await server.services.storageCheck.run({ repair: false, isDeep: true })).isSound, false);
}

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

  /** How to get each page there is, under the name and status that the reference has for it. */
  async function visitEveryPage(): Promise<[string, RawAnswer][]> {
    await using failing = await startTestServer({ replacePorts: withoutStorage });
    const closed = await uploadOne(owner, "closed.txt", "closed");
    await owner.ok("file/chattr", { urls: [closed], acl: { email: ["somebody@example.org"] } });
    const broken = await uploadOne(owner, "broken.bin", new Uint8Array(DAMAGED_BYTES));
    await damage(server, DAMAGED_BYTES);
    const key = bearer(server.apiKey);
    await send(`${server.url}/upload.cgi?id=pageframe0`, { ...upload, headers: { ...upload.headers, ...key } });
    const visits: [string, string, Parameters<typeof send>[1]?][] = [
      ["file.page 200", `${server.url}/`],
      ["file.page 200", open],
      ["file.page 200", open.replace("/?", "/fr/?")],
      ["file.page 200", open, post({ did: "0" })],
      ["file.page 200", locked],
      ["file.page 200", locked, post({ pass: "wrong password", did: "0" })],
      ["file.page 200", locked, post({ pass: PASSWORD, did: "0" })],
      ["file.page 401", `${open}&auth=1`],
      ["file.page 403", closed],
      ["file.page 404", `${server.url}/?${"a".repeat(20)}`],
      ["file.page 503", broken],
      ["directory 200", shared],
      ["directory 200", shared.replace("/dir/", "/fr/dir/")],
      ["directory 200", lockedShare],
      ["directory 200", lockedShare, post({ pass: PASSWORD })],
      ["directory 403", lockedShare, post({ pass: "wrong password" })],
      ["directory 404", `${server.url}/dir/NoSuch00`],
      ["upload 302", `${server.url}/upload.cgi`, { ...upload, headers: { ...upload.headers, ...key } }],
      ["upload 403", `${server.url}/upload.cgi`, upload],
      [
        "upload 400",
        `${server.url}/v1/upload.cgi`,
        { ...post({ a: "b" }), headers: { ...key, "content-type": FORM, accept: "text/html" } },
      ],
      ["upload 503", `${failing.url}/upload.cgi`, { ...upload, headers: { ...upload.headers, ...key } }],
      ["upload.report 200", `${server.url}/end.pl?xid=pageframe0`],
      ["upload.report 404", `${server.url}/end.pl?xid=pageframe1`],
      ["docs 200", `${server.url}/docs/`],
    ];
    const seen: [string, RawAnswer][] = [];
    for (const [name, url, options] of visits) {
      const answer = await send(url, options);
      assert.equal(answer.status, Number(name.split(" ").at(-1)), `${name}: ${answer.text}`);
      assert.match(answer.headers.get("content-type") ?? "", /^text\/html/, name);
      seen.push([name, answer]);
    }
    return seen;
  }

  test("stand in no frame, load nothing from elsewhere, and set no cookie", async () => {
    const seen = await visitEveryPage();
    for (const [name, { headers, text }] of seen) {
      const policy = headers.get("content-security-policy") ?? "";
      for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]) {
        assert.ok(policy.split(/; ?/).includes(rule), `${name}: ${rule} in "${policy}"`);
      }
      assert.equal(headers.get("set-cookie"), null, name);
      assert.equal(headers.get("x-content-type-options"), "nosniff", name);
      assert.equal(headers.get("referrer-policy"), "no-referrer", name);
      if (!name.startsWith("docs")) assert.doesNotMatch(text, /<script|<iframe|\son\w+=/i, name);
    }
    const documented = Object.values(pageEndpoints)
      .filter(({ availability }) => availability === "implemented")
      .flatMap(({ operation, answers }) =>
        answers
          .filter(({ contentType }) => contentType?.startsWith("text/html") === true)
          .map(({ status }) => `${operation} ${status}`),
      );
    const names = new Set(seen.map(([name]) => name));
    assert.deepEqual(
      documented.filter((name) => !names.has(name)),
      [],
      "pages that this test does not open",
    );
  });

  test("a password that was right once is asked for again: no cookie remembers it", async () => {
    for (const url of [locked, lockedShare]) {
      const right = await send(url, post({ pass: PASSWORD, did: "0" }));
      assert.equal(right.status, 200);
      assert.equal(right.headers.get("set-cookie"), null);
      assert.match((await send(url, { headers: { cookie: `pass=${PASSWORD}` } })).text, /name="pass"/);
    }
  });

  /** What a page elsewhere makes a browser send: its cookies, and the password it remembers. */
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

  test("no form of another site changes or learns anything, whatever the browser sends along", async () => {
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
