import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { countryDatabase } from "@consigne/core/testing";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { addPerson, idOf, makeFolder, type Person, send, uploadOne } from "./_wire.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };

/** The visitors: from where, and as whom. */
const visitors = {
  "a guest in France": { from: "192.0.2.1" },
  "a guest in Belgium": { from: "198.51.100.1" },
  "a guest in France by IPv6": { from: "2001:db8::7" },
  "a guest from nowhere known": { from: "203.0.113.1" },
  "the friend in France": { from: "192.0.2.1", as: "friend" },
  "the friend from nowhere known": { from: "203.0.113.1", as: "friend" },
  "a free account in France": { from: "192.0.2.1", as: "free" },
} as const satisfies Record<string, { from: string; as?: "friend" | "free" }>;
type Visitor = keyof typeof visitors;

/** Each rule with the visitors that it admits. */
const rules: Record<string, { acl: object; admitted: readonly Visitor[] }> = {
  addresses: {
    acl: { ip: ["192.0.2.0/24"] },
    admitted: ["a guest in France", "the friend in France", "a free account in France"],
  },
  countries: {
    acl: { country: ["fr", "DE"] },
    admitted: ["a guest in France", "a guest in France by IPv6", "the friend in France", "a free account in France"],
  },
  "mail addresses": {
    acl: { email: ["Friend@Example.org"] },
    admitted: ["the friend in France", "the friend from nowhere known"],
  },
  customers: { acl: { premium: 1 }, admitted: ["the friend in France", "the friend from nowhere known"] },
  "countries and customers": { acl: { country: ["FR"], premium: 1 }, admitted: ["the friend in France"] },
};

suite("access lists", () => {
  let folder: string;
  let server: TestServer;
  let owner: Person;
  let friend: Person;
  /** Cookies of signed-in visitors. */
  let cookies: Record<"friend" | "free" | "owner", string>;
  let created = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "consigne-countries-"));
    const file = join(folder, "countries.mmdb");
    const blocks = { "192.0.2.0/24": "FR", "2001:db8::/32": "FR", "198.51.100.0/24": "BE" };
    await writeFile(file, countryDatabase(blocks));
    server = await startTestServer({ storage: "memory", settings: { CONSIGNE_GEOIP_FILE: file } });
    owner = await addPerson(server, "person@example.org");
    friend = await addPerson(server, "friend@example.org");
    const free = await addPerson(server, "free@example.org", { plan: "free" });
    cookies = { friend: await signIn(friend), free: await signIn(free), owner: await signIn(owner) };
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const signIn = async ({ email, password }: Person) => {
    const browser = new Browser(server);
    await browser.signIn(email, password);
    return browser.cookieHeader()["cookie"] ?? "";
  };
  const headersOf = (visitor: Visitor) => {
    const { from, as } = visitors[visitor] as { from: string; as?: "friend" | "free" };
    return { "x-forwarded-for": from, ...(as === undefined ? {} : { cookie: cookies[as] }) };
  };
  const file = () => uploadOne(owner.client, `listed ${++created}.txt`, "the bytes");
  const furtherLink = async (target: object, acl: object) =>
    ((await owner.client.ok("/x/v1/link/add", { ...target, acl }))["link"] as { url: string }).url;
  const withList = async (acl: object) => {
    const url = await file();
    await owner.client.ok("file/chattr", { urls: [url], acl });
    return url;
  };
  /** The ways to a file that admit a visitor. */
  const doorsOpen = async (url: string, visitor: Visitor): Promise<string[]> => {
    const headers = headersOf(visitor);
    const { as } = visitors[visitor] as { as?: "friend" | "free" };
    const call = (path: string, body: object) =>
      friend.client.call(path, body, { "x-forwarded-for": headers["x-forwarded-for"] });
    const page = await send(`${url}&page=1`, { headers });
    const posted = await send(url, { method: "POST", headers: { ...headers, ...form }, body: "dl_no_ssl=on" });
    const straight = await send(`${url}&dl=1`, { headers });
    const location = straight.headers.get("location");
    const bytes = location === null ? undefined : await send(location, { headers });
    const checked = await send(`${server.url}/check_links.pl`, {
      method: "POST",
      headers: { ...headers, ...form },
      body: `links[]=${encodeURIComponent(url)}`,
    });
    const open = {
      page: page.status === 200 && page.text.includes("listed"),
      form: posted.status < 400,
      bytes: bytes?.text === "the bytes",
      ...(as === undefined ? { check: checked.text.includes("listed") } : {}),
      ...(as === "friend"
        ? {
            info: (await call("file/info", { url })).status === 200,
            token: (await call("download/get_token", { url })).status === 200,
            copy: (await call("file/cp", { urls: [url], folder_id: 0 })).status === 200,
          }
        : {}),
    };
    const entryPoints = Object.entries(open);
    const [first] = entryPoints;
    assert.ok(
      entryPoints.every(([, isOpen]) => isOpen === first?.[1]),
      `${visitor}: ${JSON.stringify(open)}`,
    );
    return entryPoints.filter(([, isOpen]) => isOpen).map(([name]) => name);
  };
  const seesFolder = async (url: string, visitor: Visitor): Promise<boolean> => {
    const headers = headersOf(visitor);
    const page = await send(url, { headers });
    const json = await send(`${url}?json=1`, { headers });
    const zip = await send(`${url}?zip=1`, { headers });
    const location = zip.headers.get("location");
    const archive = location === null ? undefined : await send(location, { headers });
    const seen = [page.text.includes("inside.txt"), json.text.includes("inside.txt"), archive?.text.includes("inside")];
    assert.ok(
      seen.every((each) => (each ?? false) === seen[0]),
      `${visitor}: ${JSON.stringify(seen)} ${json.text}`,
    );
    return seen[0] ?? false;
  };

  for (const [name, { acl, admitted }] of Object.entries(rules)) {
    test(`of ${name} apply at every entry point of a file, to its own link and to additional ones`, async () => {
      const own = await withList(acl);
      const further = await furtherLink({ file_id: idOf(await file()) }, acl);
      for (const visitor of Object.keys(visitors) as Visitor[]) {
        for (const url of [own, further]) {
          const isOpen = (await doorsOpen(url, visitor)).length > 0;
          assert.equal(
            isOpen,
            admitted.includes(visitor),
            `${visitor} by ${url === own ? "the own" : "a further"} link`,
          );
        }
      }
    });

    test(`of ${name} apply to the page, the listing and the archive of a folder`, async () => {
      const id = await makeFolder(owner.client, `folder ${++created}`);
      await uploadOne(owner.client, "inside.txt", "inside", { did: String(id) });
      const url = await furtherLink({ folder_id: id }, acl);
      for (const visitor of Object.keys(visitors) as Visitor[])
        assert.equal(await seesFolder(url, visitor), admitted.includes(visitor), visitor);
      const headers = { cookie: cookies.owner };
      assert.match((await send(url, { headers })).text, /inside\.txt/, "the owner is not refused");
    });

    test(`of ${name} apply to each file of an archive, which names the files left out`, async () => {
      const id = await makeFolder(owner.client, `folder ${++created}`);
      const inside = await uploadOne(owner.client, "inside.txt", "kept apart", { did: String(id) });
      await owner.client.ok("file/chattr", { urls: [inside], acl });
      const url = await furtherLink({ folder_id: id }, {});
      for (const visitor of Object.keys(visitors) as Visitor[]) {
        const headers = headersOf(visitor);
        const { headers: sent } = await send(`${url}?zip=1`, { headers });
        const { text } = await send(String(sent.get("location")), { headers });
        assert.equal(text.includes("kept apart"), admitted.includes(visitor), visitor);
        assert.equal(text.includes("Its owner does not give you access"), !admitted.includes(visitor), visitor);
      }
    });
  }

  test("are checked again when the bytes are sent, against the address that asks", async () => {
    const url = await withList({ country: ["FR"] });
    const token = async (visitor: Visitor) =>
      String((await send(`${url}&dl=1`, { headers: headersOf(visitor) })).headers.get("location"));
    const direct = await token("a guest in France");
    const abroad = await send(direct, { headers: headersOf("a guest in Belgium") });
    assert.deepEqual([abroad.status, abroad.text.includes("the bytes")], [403, false]);
    assert.equal((await send(direct, { headers: headersOf("a guest in France") })).text, "the bytes");
    await owner.client.ok("file/chattr", { urls: [url], acl: { country: ["BE"] } });
    assert.notEqual((await send(direct, { headers: headersOf("a guest in France") })).status, 200);
  });

  test("do not trust the caller's word about where it is", async () => {
    const url = await withList({ country: ["FR"] });
    const behind = await send(url, { headers: { "x-forwarded-for": "192.0.2.1, 198.51.100.1" } });
    assert.equal(behind.status, 403, "the last entry is what our proxy saw");
    assert.equal((await send(url)).status, 403, "loopback is in no country");
  });

  test("of countries admit only the owner while the operator has no country database, and the server says so", async () => {
    await using bare = await startTestServer({ storage: "memory" });
    const alone = await addPerson(bare, "alone@example.org");
    const url = await uploadOne(alone.client, "listed.txt", "the bytes");
    await alone.client.ok("file/chattr", { urls: [url], acl: { country: ["FR"] } });
    assert.equal((await send(url, { headers: { "x-forwarded-for": "192.0.2.1" } })).status, 403);
    await alone.client.ok("download/get_token", { url });
    const extensions = async (of: TestServer) =>
      (await send(`${of.url}/x/v1/about`)).json?.["extensions"] as readonly string[];
    assert.deepEqual(
      [(await extensions(bare)).includes("countries"), (await extensions(server)).includes("countries")],
      [false, true],
    );
  });
});
