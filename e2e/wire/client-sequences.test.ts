import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { addPerson, basic, bearer, idOf, makeFolder, type Person, type RawAnswer, send, uploadOne } from "./_wire.ts";

const PASSWORD = "open sesame";
const CONTENT = "bytes that are fetched in three parts";
const ABSENT = "abcdefghij0123456789";
const BOUNDARY = "----sequence";
const FORM = { "content-type": "application/x-www-form-urlencoded" };
type Headers = Record<string, string>;

const multipart = (parts: readonly (readonly [head: string, value: string])[]) => ({
  headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}` },
  body: [
    ...parts.map(([head, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`),
    `--${BOUNDARY}--\r\n`,
  ].join(""),
});
const encoded = (fields: Record<string, string>) => String(new URLSearchParams(fields));

/** What clients that are not run here send, one request after the other, to the host names of 1fichier.com. */
suite("the calls that clients make", () => {
  let server: TestServer;
  let owner: Person;
  let free: Person;
  let paid: Person;
  let open = "";
  let guarded = "";
  let shared = "";
  let sharedGuarded = "";

  before(async () => {
    server = await startTestServer({ settings: { CONSIGNE_ANONYMOUS_UPLOAD: "on" } });
    owner = await addPerson(server, "sharing@example.org");
    free = await addPerson(server, "free@example.org", { plan: "free" });
    paid = await addPerson(server, "paid@example.org", { plan: "premium" });
    const folder = await makeFolder(owner.client, "Shared & <all>");
    open = idOf(await uploadOne(owner.client, "open & <1>.bin", CONTENT, { did: String(folder) }));
    guarded = idOf(await uploadOne(owner.client, "guarded.bin", CONTENT, { dpass: PASSWORD }));
    const inner = await makeFolder(owner.client, "guarded");
    await uploadOne(owner.client, "inside.bin", CONTENT, { did: String(inner) });
    const share = async (id: number, more: object) =>
      new URL(String((await owner.client.ok("folder/share", { folder_id: id, share: 1, ...more }))["url"])).pathname;
    shared = await share(folder, {});
    sharedGuarded = await share(inner, { pass: PASSWORD });
  });
  after(() => server[Symbol.asyncDispose]());

  /** To wherever the address leads, by the host that it names. */
  const ask = (address: string, { headers = {}, ...rest }: NonNullable<Parameters<typeof send>[1]> = {}) => {
    const { host, pathname, search } = new URL(address, "https://1fichier.com");
    return send(`${server.url}${pathname}${search}`, { ...rest, headers: { "consigne-face": host, ...headers } });
  };
  const post = (address: string, fields: Record<string, string>, headers: Headers = {}) =>
    ask(address, { method: "POST", headers: { ...FORM, ...headers }, body: encoded(fields) });
  const sidOf = ({ headers }: RawAnswer) => /^SID=\w+/.exec(headers.get("set-cookie") ?? "")?.[0] ?? "";
  /** The inputs of the first form, as far as a browser would send them. */
  const inputsOf = (page: string): Record<string, string> =>
    Object.fromEntries(
      [...(/<form[^]*?<\/form>/.exec(page)?.[0] ?? "").matchAll(/<input [^>]*name="([^"]+)"(?:[^>]*value="([^"]*)")?/g)]
        .map(([, name = "", value = ""]) => [name, value] as const)
        .filter(([name]) => name !== "save"),
    );
  const actionOf = (page: string) => /<form[^>]*action="([^"]+)"/.exec(page)?.[1] ?? "";
  const linkOf = (page: string) => /<a [^>]*href="([^"]+)"[^>]*>Click here to download/.exec(page)?.[1] ?? "";
  const downloaded = async (direct: string, headers: Headers = {}) => {
    const answer = await ask(direct, { headers });
    assert.match(answer.headers.get("content-disposition") ?? "", /^attachment; filename="/);
    return answer.text;
  };

  suite("JDownloader", () => {
    const check = async (ids: readonly string[]) => {
      const links = ids.map((id) => `links[]=${encodeURIComponent(`https://1fichier.com/?${id}`)}`).join("&");
      return (await ask("/check_links.pl", { method: "POST", headers: FORM, body: links })).text;
    };

    test("downloads with an API key", async () => {
      const api = async (path: string, body: string) =>
        ask(`https://api.1fichier.com/v1/${path}.cgi`, {
          method: "POST",
          headers: { ...bearer(paid.key), "content-type": "application/json" },
          body,
        });
      const account = await api("user/info", "");
      assert.ok(new Date(String(account.json?.["subscription_end"])) > new Date());
      assert.equal(Number(account.json?.["offer"]), 1);
      const network = await ask("/network.html", { headers: bearer(paid.key) });
      assert.equal(network.status, 200);
      assert.doesNotMatch(network.text, />VPN detected|>Requires the use of CDN credits or/);
      assert.match(await check([open, guarded, ABSENT]), /open & <1>\.bin;37\n[^;]+;;;PRIVATE\n[^;]+;;;NOT FOUND\n$/);
      const token = (id: string, pass: string | null) =>
        api("download/get_token", JSON.stringify({ url: `https://1fichier.com/?${id}`, pass, no_ssl: 0 }));
      const direct = String((await token(open, null)).json?.["url"]);
      const ranges = ["bytes=0-11", "bytes=12-23", "bytes=24-"];
      const parts = await Promise.all(ranges.map((range) => ask(direct, { headers: { range, ...bearer(paid.key) } })));
      assert.deepEqual(
        parts.map(({ status }) => status),
        [206, 206, 206],
      );
      assert.equal(parts.map(({ text }) => text).join(""), CONTENT);
      const refused = await token(guarded, null);
      assert.deepEqual([refused.status, /password/i.test(refused.text)], [403, true]);
      assert.equal(await downloaded(String((await token(guarded, PASSWORD)).json?.["url"])), CONTENT);
      assert.match((await token(ABSENT, null)).text, /"Resource not found #469"/);
    });

    const signIn = async (person: Person): Promise<Headers> => {
      const english = { cookie: "LG=en" };
      const fields = { mail: person.email, pass: person.password, lt: "on", other: "on", valider: "ok" };
      const answer = await post("/login.pl", fields, english);
      assert.match(answer.text, /\/logout\.pl/);
      const headers = { cookie: `${sidOf(answer)}; LG=en`, ...basic(person.email, person.password) };
      for (const path of ["/console/index.pl", "/console/abo.pl", "/en/console/params.pl", "/console/cdn.pl"]) {
        const page = await ask(path, { headers: { ...headers, "x-requested-with": "XMLHttpRequest" } });
        assert.equal(page.status, 200, path);
        if (path.endsWith("abo.pl")) {
          assert.equal(/subscription is valid until <[^>]+>\d{4}-\d\d-\d\d/.test(page.text), person === paid);
        }
      }
      return headers;
    };

    for (const who of ["nobody", "a free account"] as const) {
      test(`downloads through the pages, as ${who}`, async () => {
        const headers = who === "nobody" ? { cookie: "LG=en" } : await signIn(free);
        const page = await ask(`/?${open}&lg=en`, { headers });
        assert.equal(page.status, 200);
        const linked = await post(actionOf(page.text), { ...inputsOf(page.text), did: "1" }, headers);
        assert.equal(await downloaded(linkOf(linked.text), headers), CONTENT);

        const asking = await ask(`/?${guarded}&lg=en`, { headers });
        const send = (pass: string) =>
          post(actionOf(asking.text), { ...inputsOf(asking.text), did: "1", pass }, headers);
        assert.match((await send("wrong one")).text, /<form[^]*name="pass"/);
        const allowed = await send(PASSWORD);
        assert.doesNotMatch(allowed.text, /name="pass"/);
        assert.equal(await downloaded(linkOf(allowed.text), headers), CONTENT);
        assert.equal((await ask(`/?${ABSENT}&lg=en`, { headers })).status, 404);
      });
    }

    test("downloads through the pages, with a paid plan", async () => {
      const headers = await signIn(paid);
      const straight = await ask(`/?${open}&lg=en`, { headers });
      assert.equal(straight.status, 302);
      assert.equal(await downloaded(straight.headers.get("location") ?? "", headers), CONTENT);
      const asking = await ask(`/?${guarded}&lg=en`, { headers });
      assert.equal(asking.status, 200);
      const sent = await post(actionOf(asking.text), { ...inputsOf(asking.text), did: "1", pass: PASSWORD }, headers);
      assert.equal(await downloaded(sent.headers.get("location") ?? "", headers), CONTENT);
    });

    test("downloads from a shared folder, open and protected", async () => {
      const listed = await ask(`${shared}?json=1`);
      assert.equal(listed.headers.get("content-type"), "application/json; charset=utf-8");
      const [first] = listed.json as unknown as Record<string, unknown>[];
      assert.deepEqual([first?.["link"], first?.["size"]], [`https://1fichier.com/?${open}`, CONTENT.length]);
      const asking = await ask(`${sharedGuarded}?json=1`);
      assert.match(asking.text, /<form[^]*name="pass"/);
      const html = await post(`${sharedGuarded}?lg=en?json=1`, { pass: PASSWORD });
      assert.match(html.text, />Shared folder guarded<\/[^]*<a href="[^"]+">inside\.bin<\/a><\/td><td>37 B</);
    });
  });

  suite("plowshare", () => {
    const signIn = async (person: Person) => {
      const fields = { mail: person.email, pass: person.password, lt: "on", secure: "on", Login: "Login" };
      const sid = sidOf(await post("/login.pl?lg=en", fields));
      assert.match(sid, /^SID=./);
      return { cookie: `${sid}; LG=en` };
    };

    test("downloads with and without a paid plan", async () => {
      const cookie = await signIn(paid);
      const head = await ask(`/?${open}`, { method: "HEAD", headers: cookie });
      assert.equal(await downloaded(head.headers.get("location") ?? "", cookie), CONTENT);
      const english = { cookie: "LG=en", referer: `https://1fichier.com/?${open}` };
      assert.equal((await ask(`/?${open}`, { method: "HEAD", headers: english })).headers.get("location"), null);
      const names = multipart([['name="links[]"', `https://1fichier.com/?${open}`]]);
      assert.match((await ask("/check_links.pl", { method: "POST", ...names })).text, /;open & <1>\.bin;37\n$/);
      const posted = await ask(`/?${open}`, { method: "POST", headers: english });
      const line = posted.text.split("\n").find((each) => each.includes('class="ok btn-general btn-orange"'));
      assert.equal(await downloaded(/<a href="([^"]+)" {2}style/.exec(line ?? "")?.[1] ?? ""), CONTENT);
      const withPassword = multipart([['name="pass"', PASSWORD]]);
      const led = await ask(`/?${guarded}`, { method: "POST", ...withPassword });
      assert.equal(await downloaded(led.headers.get("location") ?? ""), CONTENT);
      assert.match(
        (await ask(`/?${ABSENT}`, { headers: english })).text,
        /The requested file (could not be found|has been)/,
      );
    });

    test("uploads into a folder it finds or makes, and removes as a guest", async () => {
      const cookie = await signIn(free);
      assert.match((await ask("/console/index.pl", { headers: cookie })).text, />(My files|Logout)</);
      const find = async () =>
        /rel="(\d+)"><div class="dF"><a href="#" onclick="return false">plow</.exec(
          (await ask("/console/files.pl?dir_id=0&oby=0&search=", { headers: cookie })).text,
        )?.[1];
      assert.equal(await find(), undefined);
      assert.equal(
        (await post("/console/mkdir.pl", { mkdir: "plow", dir_id: "0" }, cookie)).text,
        "Folder created successfully",
      );
      const did = (await find()) ?? "";
      const upload = async (headers: Headers, folder: string) => {
        const node = await ask("https://api.1fichier.com/v1/upload/get_upload_server.cgi", { method: "POST" });
        const { url, id } = node.json as { url: string; id: string };
        const form = multipart([
          ['name="message"', ""],
          ['name="mail"', ""],
          ['name="file[]"; filename="sent.txt"', "sent"],
          ['name="domain"', "0"],
          ['name="did"', folder],
        ]);
        const sent = await ask(`https://${url}/upload.cgi?id=${id}`, {
          method: "POST",
          ...form,
          headers: { ...form.headers, ...headers },
        });
        assert.equal(sent.status, 302);
        const report = await ask(`https://${url}/end.pl?xid=${id}`, { headers: { EXPORT: "1" } });
        return report.text.trim().split(";");
      };
      const [, , file = ""] = await upload(basic(free.email, free.password), did);
      assert.match((await ask(`/console/files.pl?dir_id=${did}`, { headers: cookie })).text, new RegExp(`C_0_${file}`));
      const [, , guest, code] = await upload({}, "");
      const removal = `/en/remove/${guest}/${code}`;
      assert.match((await ask(removal)).text, /<form/);
      assert.match(
        (await ask(removal, { method: "POST", ...multipart([['name="force"', "1"]]) })).text,
        /file has been/,
      );
      assert.match((await ask(removal)).text, /File not found/);
    });

    test("lists a shared folder line by line", async () => {
      const lines = (await ask(shared)).text.split("\n").filter((line) => line.includes("Download"));
      assert.deepEqual(
        lines.map((line) => /href="([^"]+)"/.exec(line)?.[1]),
        [`https://1fichier.com/?${open}`],
      );
    });
  });

  test("Synology's module signs in, is asked for its password, and gets the URL and the name", async () => {
    const signedIn = await post("/login.pl", { mail: paid.email, pass: paid.password, lt: "on", valider: "Send" });
    assert.ok(signedIn.text.indexOf(paid.email) > 0);
    const cookie = { cookie: sidOf(signedIn) };
    assert.match((await ask("/console/index.pl", { headers: cookie })).text, /Premium offer Account/);
    const address = `/?${open}&lg=en&auth=1&e=1`;
    const challenge = await ask(address);
    assert.deepEqual(
      [challenge.status, challenge.headers.get("www-authenticate")?.startsWith("Basic realm=")],
      [401, true],
    );
    const [direct = "", name] = (await ask(address, { headers: basic(paid.email, paid.password) })).text.split(";");
    assert.equal(name, "open & <1>.bin");
    assert.match(direct, /^https:\/\/[a-z]+-\d+\.1fichier\.com\/[A-Za-z0-9]+$/);
    assert.equal(await downloaded(direct), CONTENT);
    const page = (await ask(`/?${open}&lg=en`)).text;
    const adz = /name="adz" value="([0-9A-z.]*)"/.exec(page)?.[1] ?? "";
    const linked = await post(`/?${open}`, { submit: "Access to download", adz });
    assert.match(linked.text, /href="https:\/\/[a-z]+-\d+\.1fichier\.com\/[A-Za-z0-9]+"/);
  });
});
