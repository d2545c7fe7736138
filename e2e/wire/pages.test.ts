import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { folderDirJson } from "@consigne/contract";
import { fullScopes, type KeyScopes } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertShape } from "./_shapes.ts";
import {
  addKey,
  addPerson,
  assertRefusal,
  basic,
  bearer,
  idOf,
  JSON_TYPE,
  makeFolder,
  type Person,
  send,
  uploadOne,
} from "./_wire.ts";

const PASSWORD = "open sesame";
const form = { "content-type": "application/x-www-form-urlencoded" };
/** Words that make some scraper wait, give up or ask for a captcha. */
const alarms = [/Without subscription/, /maintenance/, /need a subscription/, /Free download in/, /You must wait/];
alarms.push(/>File not found/, /\/logout\.pl/, /g-recaptcha|h-captcha/);

suite("file and folder pages", () => {
  let server: TestServer;
  let owner: ApiClient;
  let premium: Person;
  let free: Person;
  let open = "";
  let locked = "";

  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
    premium = await addPerson(server, "premium@example.org", { plan: "premium" });
    free = await addPerson(server, "free@example.org", { plan: "free" });
    open = await uploadOne(owner, "open & <b>.txt", "open bytes");
    locked = await uploadOne(owner, "locked.txt", "locked bytes", { dpass: PASSWORD });
  });
  after(() => server[Symbol.asyncDispose]());

  const face = { "consigne-face": "1fichier.com" };
  const visit = (url: string, headers: Record<string, string> = {}, method = "GET") => send(url, { method, headers });
  const post = (url: string, body: string, headers: Record<string, string> = {}) =>
    send(url, { method: "POST", headers: { ...form, ...headers }, body });
  const bytesOf = async (direct: string | null) => {
    assert.ok(direct !== null);
    return (await send(`${server.url}${new URL(direct).pathname}`)).text;
  };
  const directOn = (html: string) => /<a href="([^"]+)" {2}style/.exec(html)?.[1] ?? null;

  suite("/?ID", () => {
    test("shows guests and free accounts the form with an absolute action", async () => {
      for (const headers of [
        face,
        { ...face, ...basic(free.email, free.password) },
        { ...face, ...bearer(free.key) },
      ]) {
        const page = await visit(open, headers);
        assert.equal(page.status, 200);
        assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
        assert.equal(page.headers.get("content-disposition"), null);
        assert.match(page.text, new RegExp(`<form method="post" action="https://1fichier\\.com/\\?${idOf(open)}">`));
        assert.match(page.text, /open &amp; &lt;b&gt;\.txt/);
        assert.match(page.text, /10 B/);
        for (const alarm of alarms) assert.doesNotMatch(page.text, alarm);
        assert.doesNotMatch(page.text, /"pass"/);
      }
    });

    test("gives nobody access beyond the scopes of their key", async () => {
      const none = Object.fromEntries(Object.keys(fullScopes).map((area) => [area, "none"])) as KeyScopes;
      const own = await uploadOne(premium.client, "own secret.txt", "own bytes", { dpass: PASSWORD });
      const keyWith = async (scopes: Partial<KeyScopes>) =>
        bearer((await addKey(server, premium.account, { scopes: { ...none, ...scopes } })).text);
      const uploader = await keyWith({ uploads: "write" });
      const asked = [
        await visit(own, uploader),
        await visit(`${own}&e=1`, uploader),
        await post(own, "did=0", uploader),
        await post(own, "pass=wrong%20one", uploader),
      ];
      for (const page of asked) {
        assert.match(page.text, /name="pass"/);
        assert.doesNotMatch(page.text, /own secret|9 B/);
      }
      assert.equal((await post(own, `pass=${PASSWORD}`, uploader)).status, 302);
      assert.match((await visit(own, await keyWith({ files: "read" }))).text, /own secret/);
      const link = (await visit(own, await keyWith({ downloads: "read" }))).headers.get("location");
      assert.equal(await bytesOf(link), "own bytes");
    });

    test("redirects a customer to the bytes, by Basic or key, for GET and HEAD", async () => {
      for (const headers of [basic(premium.email, premium.password), bearer(premium.key)]) {
        for (const method of ["GET", "HEAD"]) {
          const answer = await visit(open, headers, method);
          assert.equal(answer.status, 302);
          assert.equal(await bytesOf(answer.headers.get("location")), "open bytes");
        }
      }
    });

    test("shows the page first to a customer who chose the download menu, and redirects the post", async () => {
      await premium.client.ok("user/info", { download_menu: 1 });
      try {
        const auth = basic(premium.email, premium.password);
        assert.equal((await visit(open, auth)).status, 200);
        assert.equal((await visit(`${open}&auth=1&e=1`, auth)).status, 200);
        const answer = await post(`${open}&auth=1&e=1`, "submit=download", auth);
        assert.equal(answer.status, 302);
        assert.equal(await bytesOf(answer.headers.get("location")), "open bytes");
      } finally {
        await premium.client.ok("user/info", { download_menu: 0 });
      }
    });

    test("asks to sign in for auth=1 and then answers as usual", async () => {
      for (const headers of [{}, basic(premium.email, "wrong password"), bearer("x".repeat(32))]) {
        const answer = await visit(`${open}&auth=1`, headers);
        assert.equal(answer.status, 401);
        assert.match(answer.headers.get("www-authenticate") ?? "", /^Basic realm=/);
      }
      const auth = basic(premium.email, premium.password);
      assert.equal((await visit(`${open}&lg=en&auth=1`, auth)).status, 302);
      const machine = await visit(`${open}&lg=en&auth=1&e=1`, auth);
      assert.equal(machine.status, 200);
      assert.match(machine.headers.get("content-type") ?? "", /^text\/plain/);
      const [direct, name, size] = machine.text.trim().split(";");
      assert.equal(await bytesOf(direct ?? null), "open bytes");
      assert.deepEqual([name, size], ["open & <b>.txt", "10"]);
      assert.match((await visit(`${open}&e=1`)).text, /<form method="post"/);
    });

    test("shows guests the link page for every post, whatever its fields", async () => {
      const bodies = [
        "",
        "adz=0.a1&dl_no_ssl=on",
        "did=1&dl_no_ssl=on&adz=0.a1",
        "dl_no_ssl=on&dlinline=on",
        "submit=Download",
      ];
      for (const body of bodies) {
        const page = await post(open, body);
        assert.equal(page.status, 200, body);
        assert.equal(await bytesOf(directOn(page.text)), "open bytes");
        for (const alarm of alarms) assert.doesNotMatch(page.text, alarm);
      }
      const multipart = new FormData();
      multipart.append("adz", "0.a1");
      const page = await new ApiClient(server).request(`/?${idOf(open)}`, { method: "POST", body: multipart });
      assert.equal(await bytesOf(directOn(page.text)), "open bytes");
      assert.equal((await visit(open, {}, "POST")).status, 200);
    });

    test("redirects every request with dl=1 to the bytes, and never to a page instead", async () => {
      for (const method of ["GET", "HEAD"]) {
        const answer = await visit(`${open}&dl=1`, {}, method);
        assert.equal(answer.status, 302);
        assert.equal(await bytesOf(answer.headers.get("location")), "open bytes");
        assert.equal((await visit(`${locked}&dl=1`, {}, method)).status, 403);
        assert.equal((await visit(`${server.url}/?abcdefghij0123456789&dl=1`, {}, method)).status, 404);
      }
      assert.match((await visit(`${locked}&dl=1`)).text, /name="pass"/);
      const elsewhere = { "sec-fetch-site": "cross-site" };
      assert.equal((await visit(`${open}&dl=1`, { ...elsewhere, "sec-fetch-dest": "document" })).status, 302);
      assert.equal((await visit(`${open}&dl=1`, { ...elsewhere, "sec-fetch-dest": "image" })).status, 200);
    });

    test("shows no upload form if guests may not upload", async () => {
      const home = await visit(`${server.url}/`);
      assert.doesNotMatch(home.text, /<form|upload\.cgi/);
      assert.match(home.text, /Sign in to upload files/);
    });

    test("explains a refusal to browsers in words, and to others in JSON", async () => {
      const browser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
      const told = await post(locked, "pass=s%E9same", browser);
      assert.equal(told.status, 400);
      assert.match(told.headers.get("content-type") ?? "", /^text\/html/);
      assert.match(told.text, /not valid UTF-8/);
      assert.match(told.text, new RegExp(String(told.headers.get("x-request-id"))));
      for (const accept of ["", "*/*", "application/json"])
        assertRefusal(await post(locked, "pass=s%E9same", { accept }), 400, 550);
      for (const [ruleNumber, words] of [
        [374, />Your requests are too fast</],
        [375, />IP Locked</],
      ] as const) {
        server.limits.use("authentic");
        await server.limits.lock("ip", { ruleNumber });
        for (const path of [`${server.url}/dir/Ab3dEf9h`, `${server.url}/remove/abcdefghij0123456789/abcdefgh`]) {
          const answer = await visit(path, browser);
          assert.equal(answer.status, 403, path);
          assert.match(answer.text, words, "as JDownloader reads it");
          assert.match(answer.text, /Try again in \d+ minute/);
          assert.ok(Number(answer.headers.get("retry-after")) > 0);
        }
        server.limits.use("off");
      }
    });

    test("shows the QR code of a file's link, and of a folder's", async () => {
      const { text } = await visit(`${open}&lg=fr`);
      const src = /<img src="(\/qr\.pl\?[^"]+)"/.exec(text)?.[1] ?? "";
      const picture = await visit(`${server.url}${src}`);
      assert.equal(picture.headers.get("content-type"), "image/svg+xml");
      assert.match(picture.headers.get("content-security-policy") ?? "", /default-src 'none'/);
      assert.equal((await visit(`${server.url}/qr.pl`)).status, 404);
      const folders = await visit(`${server.url}${src}&dir=1`);
      assert.match(folders.text, /^<svg /);
      assert.notEqual(folders.text, picture.text, "the page of a folder has another address");
      // Another picture is served at the same address after a change.
      assert.match(picture.headers.get("cache-control") ?? "", /^private/);
    });

    test("redirects a customer's post to the bytes", async () => {
      const answer = await post(open, "did=0&dl_no_ssl=on", basic(premium.email, premium.password));
      assert.equal(answer.status, 302);
      assert.equal(await bytesOf(answer.headers.get("location")), "open bytes");
    });

    test("asks for a protected link's password and reveals nothing before", async () => {
      for (const headers of [{}, basic(premium.email, premium.password)]) {
        const page = await visit(locked, headers);
        assert.equal(page.status, 200);
        assert.match(page.text, /<input type="password" id="pass" name="pass">/);
        assert.doesNotMatch(page.text, /locked\.txt|12 B|Bad password/);
        for (const body of ["pass=wrong+one", "adz=0.a1", "pass="]) {
          const again = await post(locked, body, headers);
          assert.equal(again.status, 200);
          assert.match(again.text, /Bad password[^]*name="pass"/);
          assert.doesNotMatch(again.text, /locked\.txt|\/p[A-Za-z0-9]{20}/);
        }
      }
    });

    test("accepts the password: a form gets the page, plowshare's single field and customers a redirect", async () => {
      const pass = `pass=${encodeURIComponent(PASSWORD)}`;
      const page = await post(locked, `adz=0.a1&${pass}`);
      assert.equal(await bytesOf(directOn(page.text)), "locked bytes");
      const single = await post(locked, pass);
      assert.equal(single.status, 302);
      assert.equal(await bytesOf(single.headers.get("location")), "locked bytes");
      const multipart = new FormData();
      multipart.append("pass", PASSWORD);
      const plowshare = await new ApiClient(server).request(`/?${idOf(locked)}`, { method: "POST", body: multipart });
      assert.equal(plowshare.status, 302);
      assert.equal(await bytesOf(plowshare.headers.get("location")), "locked bytes");
      const customer = await post(locked, `did=0&${pass}`, basic(premium.email, premium.password));
      assert.equal(customer.status, 302);
      assert.equal(await bytesOf(customer.headers.get("location")), "locked bytes");
    });

    test("refuses a form with more fields than any page has", async () => {
      const fields = (count: number) => Array.from({ length: count }, (_, index) => `field${index}=1`).join("&");
      assertRefusal(await post(locked, `${fields(200)}&pass=${PASSWORD}`, { accept: "application/json" }), 400, 550);
      assert.equal((await post(locked, `${fields(199)}&pass=${PASSWORD}`, face)).status, 200);
    });

    test("refuses a password that is not UTF-8 and does not try another", async () => {
      for (const body of ["pass=s%E9same", Buffer.from("pass=s\u00e9same", "latin1"), "pass=%C0%80"]) {
        const answer = await send(locked, { method: "POST", headers: form, body });
        assert.equal(answer.status, 400, answer.text);
        assert.match(answer.text, /not valid UTF-8/);
      }
    });

    test("explains on a page that the owner does not allow this visitor", async () => {
      const url = await uploadOne(owner, "restricted.txt", "restricted bytes");
      await owner.ok("file/chattr", { urls: [url], acl: { email: ["somebody@example.org"] } });
      for (const [method, body] of [
        ["GET", ""],
        ["POST", "adz=0"],
      ] as const) {
        const page = method === "GET" ? await visit(url) : await post(url, body);
        assert.equal(page.status, 403);
        assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
        assert.match(page.text, />Access to this file is protected</);
        assert.doesNotMatch(page.text, /restricted\.txt/);
      }
    });

    test("answers 404 with the phrases of a missing file, and shows the home page without an id", async () => {
      for (const method of ["GET", "POST"]) {
        const page = await visit(`${server.url}/?abcdefghij0123456789`, {}, method);
        assert.equal(page.status, 404);
        assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
        assert.match(page.text, />File not found !/);
        assert.match(page.text, />The requested file has been deleted</);
        assert.match(page.text, /The requested file could not be found/);
      }
      assert.equal((await visit(`${server.url}/?abcdefghij0123456789`, {}, "HEAD")).status, 404);
      assert.equal((await visit(`${server.url}/`)).status, 200);
      assert.equal((await visit(`${server.url}/?c=DB`)).status, 200);
      const home = (await visit(`${server.url}/?c=none`)).text;
      for (const name of ["__proto__", "hasOwnProperty", "constructor", "toString"])
        assert.equal((await visit(`${server.url}/?c=${name}`)).text.includes("<h1>"), home.includes("<h1>"), name);
    });

    test("answers 404 with the same phrases to something that looks like a link", async () => {
      for (const query of [
        "abc",
        "abcd&lg=en",
        "a.b",
        "lg=en&abc",
        "x".repeat(21),
        "../../etc",
        "%00",
        "x".repeat(4000),
      ]) {
        for (const method of ["GET", "POST"]) {
          const page = await visit(`${server.url}/?${query}`, {}, method);
          assert.equal(page.status, 404, query.slice(0, 40));
          assert.match(page.text, />File not found !/);
        }
      }
    });

    test("never answers 200 to a call that ends up on the home page", async () => {
      const json = { "content-type": "application/json" };
      const strays: [string, Parameters<typeof send>[1]][] = [
        ["/", { method: "POST", headers: json, body: '{"folder_id":0}' }],
        ["/", { method: "POST", headers: { ...json, ...bearer(server.apiKey) }, body: "{}" }],
        ["/", { method: "POST", headers: form, body: "mail=a&pass=b" }],
        ["/", { method: "POST" }],
        [`/?api_key=${server.apiKey}`, {}],
        ["/", { headers: { accept: "application/json" } }],
        ["/en", { method: "POST", headers: form, body: "x=1" }],
        ["/", { method: "PUT" }],
      ];
      for (const [path, options] of strays) assertRefusal(await send(`${server.url}${path}`, options));
      for (const body of ['{"pass":"open sesame"}', "pass: open sesame"]) {
        for (const type of ["application/json", "text/plain"]) {
          const answer = await send(locked, { method: "POST", headers: { "content-type": type }, body });
          assertRefusal(answer, 400, 550);
        }
      }
    });

    test("refuses in JSON if JSON is requested", async () => {
      const json = { accept: "application/json" };
      assertRefusal(await visit(`${server.url}/?abcdefghij0123456789`, json), 404, 469);
      assertRefusal(await visit(`${server.url}/dir/Ab3dEf9h`, json), 404, 563);
    });

    test("works behind a language prefix", async () => {
      const id = idOf(open);
      for (const path of [`/en/?${id}`, `/fr?${id}`, `/bg/?${id}&af=1`]) {
        assert.match((await visit(`${server.url}${path}`)).text, /open &amp; &lt;b&gt;\.txt/);
      }
      const page = await post(`${server.url}/en/?${id}`, "adz=0.a1");
      assert.equal(await bytesOf(directOn(page.text)), "open bytes");
      assert.equal((await visit(`${server.url}/en/`)).status, 200);
      assert.equal((await visit(`${server.url}/en/?abc`)).status, 404);
    });

    test("accepts no password from another origin's page", async () => {
      const auth = basic(premium.email, premium.password);
      const foreign: Record<string, string>[] = [
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { origin: "https://elsewhere.example" },
        { origin: "null" },
        { origin: server.url, "sec-fetch-site": "cross-site" },
      ];
      for (const page of foreign) {
        const what = JSON.stringify(page);
        assert.equal((await visit(open, { ...auth, ...page })).status, 200, what);
        assert.equal((await visit(`${open}&auth=1`, { ...auth, ...page })).status, 200, what);
        assert.equal((await post(open, "did=0", { ...auth, ...page })).status, 303, what);
        assertRefusal(await post(`${server.url}/v1/user/info.cgi`, "", { ...auth, ...page }), 403, 556);
        const upload = new FormData();
        upload.append("file[]", new Blob(["x"]), "x.txt");
        const client = new ApiClient(server);
        const options = { method: "POST", headers: { ...auth, ...page }, body: upload };
        assert.equal((await client.request("/upload.cgi", options)).status, 403, what);
        assert.equal((await visit(open, { ...bearer(premium.key), ...page })).status, 302, what);
      }
      const own: Record<string, string>[] = [
        { "sec-fetch-site": "same-origin" },
        { "sec-fetch-site": "none" },
        { origin: server.url },
      ];
      for (const page of own) {
        assert.equal((await visit(open, { ...auth, ...page })).status, 302, JSON.stringify(page));
        assert.equal((await post(`${server.url}/v1/user/info.cgi`, "", { ...auth, ...page })).status, 200);
      }
    });

    test("finds the id among other options and the extras of pasted links", async () => {
      for (const suffix of ["&af=1", "&lg=fr", "/", "&inline=1", "="]) {
        assert.equal((await visit(`${open}${suffix}`)).status, 200, suffix);
      }
    });

    test("finds a link in the old format by its host", async () => {
      const page = await visit(`${server.url}/`, { host: `${idOf(open)}.1fichier.com` });
      assert.match(page.text, /open &amp; &lt;b&gt;\.txt/);
      assert.doesNotMatch((await visit(`${server.url}/`, { host: "www.1fichier.com" })).text, /<form/);
    });

    test("restricts the page's scripts, frames and referrer", async () => {
      const { headers } = await visit(open);
      assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'.*frame-ancestors 'none'/);
      assert.equal(headers.get("referrer-policy"), "same-origin");
      assert.equal(headers.get("x-content-type-options"), "nosniff");
    });
  });

  suite("/dir/ID", () => {
    let shared = "";
    let secret = "";

    before(async () => {
      const folder = await makeFolder(owner, "Shared <one>");
      await uploadOne(owner, "é 1.txt", "one", { did: String(folder) });
      await uploadOne(owner, "two.txt", "two two", { did: String(folder), dpass: PASSWORD });
      await makeFolder(owner, "below", folder);
      shared = String((await owner.ok("folder/share", { folder_id: folder, share: 1 }))["url"]);
      const other = await makeFolder(owner, "Secret one");
      await uploadOne(owner, "secret.txt", "secret", { did: String(other) });
      secret = String((await owner.ok("folder/share", { folder_id: other, share: 1, pass: PASSWORD }))["url"]);
    });

    const assertArray = (answer: { text: string; headers: Headers; json: unknown }, names: string[]) => {
      assert.equal(answer.headers.get("content-type"), JSON_TYPE);
      assert.ok(answer.text.startsWith("["));
      assertShape(folderDirJson, answer.json);
      assert.deepEqual((answer.json as { filename: string }[]).map(({ filename }) => filename).toSorted(), names);
    };

    test("lists files as a JSON array, with all the headers that rclone sends", async () => {
      for (const headers of [{}, form, { ...form, ...bearer("x".repeat(32)) }] as Record<string, string>[]) {
        assertArray(await visit(`${shared}?json=1`, headers), ["two.txt", "é 1.txt"]);
      }
      const entries = (await visit(`${shared}?json=1`, face)).json as unknown as Record<string, unknown>[];
      const [one, two] = entries.toSorted((a, b) => Number(a["size"]) - Number(b["size"]));
      assert.deepEqual({ ...one, link: "" }, { link: "", filename: "é 1.txt", size: 3, password: 0, acl: 0 });
      assert.match(String(one?.["link"]), /^https:\/\/1fichier\.com\/\?[a-z0-9]{20}$/);
      assert.equal(two?.["password"], 1);
      assert.match((await visit(`${shared}?json=2`)).text, /\n/);
    });

    test("works behind a language prefix and with POST", async () => {
      const prefixed = shared.replace("/dir/", "/en/dir/");
      assertArray(await visit(`${prefixed}?json=1`), ["two.txt", "é 1.txt"]);
      assertArray(await post(shared, "json=1"), ["two.txt", "é 1.txt"]);
    });

    test("lists files as lines for e=1, with the status and phrase for an unknown folder", async () => {
      const lines = await visit(`${shared}?e=1`, face);
      assert.equal(lines.status, 200);
      assert.match(lines.headers.get("content-type") ?? "", /^text\/plain/);
      const rows = lines.text
        .trimEnd()
        .split("\n")
        .toSorted((a, b) => a.length - b.length);
      assert.match(rows[0] ?? "", /^https:\/\/1fichier\.com\/\?[a-z0-9]{20};é 1\.txt;3$/);
      assert.match(rows[1] ?? "", /;two\.txt;7$/);
      const unknown = await visit(`${server.url}/dir/Ab3dEf9h?e=1`);
      assert.deepEqual([unknown.status, unknown.text.trim()], [404, "bad"]);
      assertRefusal(await visit(`${secret}?e=1`), 403, 403);
      assertRefusal(await post(`${secret}?e=1`, "pass=wrong+one"), 403, 403);
      assert.match((await post(`${secret}?e=1`, `pass=${encodeURIComponent(PASSWORD)}`)).text, /;secret\.txt;6\n$/);
    });

    test("lists files as JSON if Accept asks for it", async () => {
      assertArray(await visit(shared, { accept: "application/json" }), ["two.txt", "é 1.txt"]);
      assertRefusal(await visit(secret, { accept: "application/json" }), 403, 403);
    });

    test("shows a page with rows that scrapers read", async () => {
      const page = await visit(`${shared}?lg=en`);
      assert.match(page.text, />Shared folder Shared &lt;one&gt;</);
      const rows = page.text.split("\n").filter((line) => line.includes("Download"));
      assert.equal(rows.length, 2);
      assert.doesNotMatch(page.text, /below/);
    });

    test("links to sub-folders with a page of their own, and names no others", async () => {
      const parent = await makeFolder(owner, "parent");
      const child = async (name: string) =>
        Number((await owner.ok("folder/mkdir", { name, folder_id: parent }))["folder_id"]);
      await child("private below");
      const guarded = await child("guarded below");
      const behind = await owner.ok("folder/share", { folder_id: guarded, share: 1, pass: PASSWORD });
      const open = await owner.ok("folder/share", { folder_id: await child("open below"), share: 1 });
      const { url } = await owner.ok("folder/share", { folder_id: parent, share: 1 });
      const { text } = await visit(String(url));
      assert.ok(text.includes(`<a href="${String(open["url"])}">`));
      assert.match(text, /open below/);
      assert.doesNotMatch(text, /private below|guarded below/);
      assert.ok(!text.includes(String(behind["url"])));
      assert.match(text, />0 files</);
      assert.deepEqual((await visit(`${String(url)}?json=1`)).json, []);
    });

    test("requires a protected folder's password", async () => {
      for (const url of [secret, `${secret}?json=1`, `${secret}?json=1&pass=${encodeURIComponent(PASSWORD)}`]) {
        const page = await visit(url, face);
        assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
        assert.match(page.text, /<form method="post" action="https:\/\/1fichier\.com\/dir\/\w+">/);
        assert.match(page.text, /name="pass"/);
        assert.doesNotMatch(page.text, /secret\.txt|Secret one/);
      }
      const wrong = await post(secret, "json=1&pass=wrong+one");
      assert.equal(wrong.status, 403);
      assert.doesNotMatch(wrong.text, /secret\.txt/);
      const pass = `pass=${encodeURIComponent(PASSWORD)}`;
      assertArray(await post(secret, `json=1&${pass}`, bearer("x".repeat(32))), ["secret.txt"]);
      const decrypter = await post(`${secret}?lg=en?json=1`, pass);
      assert.match(decrypter.text, /<a href="[^"]+"[^>]*>secret\.txt</);
    });

    test("answers 404 to a share that is unknown or has ended", async () => {
      for (const id of ["Ab3dEf9h", "x", "a".repeat(60), "%00", "..%2f..%2f"]) {
        assert.equal((await visit(`${server.url}/dir/${id}?json=1`)).status, 404, id);
      }
      const folder = await makeFolder(owner, "was shared");
      const { url } = await owner.ok("folder/share", { folder_id: folder, share: 1 });
      await owner.ok("folder/share", { folder_id: folder, share: 0 });
      assert.equal((await visit(String(url))).status, 404);
    });
  });

  test("the server reports its health and readiness", async () => {
    for (const path of ["/healthz", "/readyz"]) {
      const answer = await visit(`${server.url}${path}`);
      assert.deepEqual([answer.status, answer.json], [200, { status: "OK" }]);
      assert.equal(answer.headers.get("content-type"), JSON_TYPE);
    }
    assertRefusal(await post(`${server.url}/healthz`, ""));
  });
});
