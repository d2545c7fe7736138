import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { scopesOf } from "@consigne/core";
import { createClient } from "@consigne/sdk";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { addKey, addPerson, assertRefusal, idOf, makeFolder, type Person, send, uploadOne } from "./_wire.ts";

const PASSWORD = "open sesame";
const HOUR_MS = 3_600_000;
const form = { "content-type": "application/x-www-form-urlencoded" };

interface WireLink {
  id: string;
  url: string;
  own: number;
  downloads: number;
  pass: number;
}

suite("links to files and folders", () => {
  const clock = new VirtualClock();
  let server: TestServer;
  let person: Person;
  let guest: ApiClient;
  let friend: Person;
  let created = 0;

  before(async () => {
    server = await startTestServer({ storage: "memory", clock });
    person = await addPerson(server, "person@example.org");
    friend = await addPerson(server, "friend@example.org");
    guest = new ApiClient(server);
  });
  after(() => server[Symbol.asyncDispose]());

  const file = () => uploadOne(person.client, `secret ${++created}.bin`, `content ${created}`);
  /** Links are created one second apart, which determines their order. */
  const add = async (target: object, rules: object = {}) => {
    clock.advance(1000);
    const answer = await person.client.call("/x/v1/link/add", { ...target, ...rules });
    return assertAnswer(endpoints.linkAdd, answer)["link"] as WireLink;
  };
  const all = async (target: object) =>
    assertAnswer(endpoints.linkList, await person.client.call("/x/v1/link/list", target))["links"] as WireLink[];
  /** Without the file's own link. */
  const list = async (target: object) => (await all(target)).filter(({ own }) => own === 0);
  const change = async (link: WireLink, rules: object) =>
    assertAnswer(endpoints.linkChange, await person.client.call("/x/v1/link/change", { id: link.id, ...rules }));
  const used = async (target: object) => (await list(target)).map(({ downloads }) => downloads);
  /** Requests the bytes directly from this address. */
  const straight = (url: string, address: string) => send(`${url}&dl=1`, { headers: { "x-forwarded-for": address } });
  const address = (index: number) => `203.0.113.${index}`;

  test("each lead to the file with their own rules, and reveal nothing of other links", async () => {
    const url = await file();
    const open = await add({ file_id: idOf(url) });
    const guarded = await add({ file_id: url }, { pass: PASSWORD, note: "for Ann", max_downloads: 7 });
    assert.match(open.url, /\/\?[a-z0-9]{20}$/);
    assert.deepEqual(await list({ file_id: idOf(url) }), [open, guarded]);
    const asked = await send(guarded.url);
    assert.equal(asked.status, 200);
    assert.doesNotMatch(asked.text, /secret|for Ann/);
    for (const call of ["file/info", "download/get_token", "file/cp"])
      assertRefusal(await friend.client.call(call, { url: guarded.url, urls: [guarded.url], folder_id: 0 }), 403, 403);
    const info = await friend.client.ok("file/info", { url: guarded.url, pass: PASSWORD });
    assert.equal(info["url"], guarded.url);
    assert.doesNotMatch(JSON.stringify(info), new RegExp(idOf(url)));
    const { url: direct } = await friend.client.ok("download/get_token", { url: guarded.url, pass: PASSWORD });
    assert.match((await send(String(direct))).text, /^content/);
    const page = await send(open.url);
    assert.match(page.text, /secret/);
    assert.doesNotMatch(page.text, new RegExp(idOf(url)));
    const checked = await send(`${server.url}/check_links.pl`, {
      method: "POST",
      headers: form,
      body: [open.url, guarded.url].map((link) => `links[]=${encodeURIComponent(link)}`).join("&"),
    });
    assert.match(checked.text, /^\S+;secret \d+\.bin;\d+\n\S+;;;PRIVATE/);
    // The owner's own link is unchanged.
    assert.match((await send(url)).text, /secret/);
    assert.equal((await guest.request(new URL(open.url).pathname + new URL(open.url).search)).status, 200);
  });

  test("allow exactly their number of downloads, however many start at once", async () => {
    const url = await file();
    const target = { file_id: idOf(url) };
    const [limited, other] = [await add(target, { max_downloads: 10 }), await add(target, { max_downloads: 1 })];
    const tokens = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        send(`${limited.url}&dl=1`, { headers: { "x-forwarded-for": address(index) } }),
      ),
    );
    assert.ok(tokens.every(({ status }) => status === 302));
    const answers = await Promise.all(
      tokens.map(({ headers }, index) =>
        send(String(headers.get("location")), { headers: { "x-forwarded-for": address(index) } }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    assert.deepEqual([statuses.filter((status) => status === 200).length, new Set(statuses).size], [10, 2]);
    assertRefusal(answers.find(({ status }) => status !== 200) ?? assert.fail(), 403, 631);
    assert.deepEqual(await used(target), [10, 0]);
    const late = await send(`${limited.url}&lg=fr`);
    assert.deepEqual([late.status, /épuisé/.test(late.text), /secret/.test(late.text)], [403, true, false]);
    assert.match((await send(limited.url)).text, /has reached its download limit/);
    assert.equal((await straight(limited.url, address(1))).status, 403);
    // Other links of the file, and its own, are unaffected.
    assert.equal((await send(other.url)).status, 200);
    assert.equal((await straight(url, address(1))).status, 302);
    assert.deepEqual(await used(target), [10, 0]);
  });

  test("count no visits, HEAD, ranges or resumed downloads, and copies do not bypass the count", async () => {
    const url = await file();
    const target = { file_id: idOf(url) };
    const link = await add(target, { max_downloads: 1 });
    for (const method of ["GET", "HEAD"] as const) await send(link.url, { method });
    const { headers } = await straight(link.url, address(1));
    const direct = String(headers.get("location"));
    const from = (more: object = {}) => ({ "x-forwarded-for": address(1), ...more });
    await send(direct, { method: "HEAD", headers: from() });
    assert.deepEqual(await used(target), [0]);
    assertRefusal(await friend.client.call("file/cp", { urls: [link.url], folder_id: 0 }), 403, 631);
    const another = String((await straight(link.url, address(2))).headers.get("location"));
    for (const range of ["bytes=0-1", "bytes=2-3", "bytes=0-"])
      assert.equal((await send(direct, { headers: from({ range }) })).status, 206);
    assert.deepEqual(await used(target), [1]);
    // A look gets the answer a new download would get. Running downloads continue.
    assert.equal((await send(another, { method: "HEAD", headers: { "x-forwarded-for": address(2) } })).status, 403);
    assert.equal((await send(direct, { method: "HEAD", headers: from() })).status, 200);
    assertRefusal(await send(another, { headers: { "x-forwarded-for": address(2) } }), 403, 631);
    await change(link, { max_downloads: 2 });
    assert.equal((await send(another, { headers: { "x-forwarded-for": address(2) } })).status, 200);
    // The owner needs no link and does not use one up.
    assert.deepEqual(await used(target), [2]);
    await person.client.ok("file/info", { url: link.url });
  });

  test("expire, are disabled and changed, and end downloads made with an older password", async () => {
    const url = await file();
    const link = await add(
      { file_id: idOf(url) },
      { pass: PASSWORD, expires_at: new Date(clock.now().getTime() + HOUR_MS).toISOString() },
    );
    const token = async (pass: string) =>
      String((await friend.client.ok("download/get_token", { url: link.url, pass }))["url"]);
    const direct = await token(PASSWORD);
    await change(link, { pass: "another one" });
    assertRefusal(await send(direct), 404);
    const second = await token("another one");
    await change(link, { enabled: 0 });
    assert.equal((await send(link.url)).status, 403);
    assert.match((await send(link.url)).text, /switched off/);
    assertRefusal(await send(second), 403, 631);
    await change(link, { enabled: 1 });
    assert.equal((await send(second)).status, 200);
    clock.advance(2 * HOUR_MS);
    assert.match((await send(link.url)).text, /has ended/);
    assertRefusal(await friend.client.call("download/get_token", { url: link.url, pass: "another one" }), 403, 631);
    await change(link, { expires_at: "never", pass: "", acl: { email: ["friend@example.org"] } });
    assert.equal((await send(link.url)).status, 403);
    await friend.client.ok("download/get_token", { url: link.url });
    const gone = await token("");
    await person.client.ok("/x/v1/link/remove", { id: link.url });
    assertRefusal(await send(gone), 404);
    assert.equal((await send(link.url)).status, 404);
  });

  test("open a folder, and count its archive downloads", async () => {
    const folder = await makeFolder(person.client, "linked");
    await uploadOne(person.client, "inside.txt", "inside", { did: String(folder) });
    const target = { folder_id: folder };
    const link = await add(target, { pass: PASSWORD, max_downloads: 1 });
    assert.match(link.url, /\/dir\/[a-z0-9]{20}$/);
    assert.equal((await send(`${server.url}/?${link.id}`)).headers.get("location"), link.url);
    const post = (body: string) => send(link.url, { method: "POST", headers: form, body });
    assert.doesNotMatch((await send(link.url)).text, /inside/);
    const right = `pass=${encodeURIComponent(PASSWORD)}`;
    assert.match((await post(right)).text, /inside\.txt/);
    const direct = String((await post(`${right}&zip=1`)).headers.get("location"));
    await send(direct, { method: "HEAD" });
    assert.deepEqual(await used(target), [0]);
    const unused = String((await post(`${right}&zip=1`)).headers.get("location"));
    for (let time = 0; time < 2; time++) assert.match((await send(direct)).text, /linked\/inside\.txt/);
    assert.deepEqual(await used(target), [1]);
    assert.equal((await send(unused, { method: "HEAD" })).status, 403);
    assert.equal((await send(direct, { method: "HEAD" })).status, 200);
    const late = await post(right);
    assert.deepEqual(
      [late.status, /reached its download limit/.test(late.text), /inside/.test(late.text)],
      [403, true, false],
    );
    assertRefusal(await send(`${link.url}?json=1`, { headers: { accept: "application/json" } }), 403);
    // It still has no page of its own.
    assert.equal((await person.client.ok("/x/v1/entry/stat", { folder_id: folder }))["link"], undefined);
  });

  test("are changed by a key with the shares right, even a file's own link, except for the file's attributes", async () => {
    const url = await file();
    const sharing = (await addKey(server, person.account, { scopes: scopesOf({ shares: "write" }) })).client;
    for (const rules of [{ pass: PASSWORD }, { pass: "" }, { acl: { ip: ["203.0.113.1"] } }, { acl: {}, enabled: 0 }])
      assertRefusal(await sharing.call("/x/v1/link/change", { id: url, ...rules }), 403, 555);
    assert.equal((await send(url)).status, 200);
    const further = await add({ file_id: idOf(url) });
    await sharing.ok("/x/v1/link/change", { id: further.id, pass: PASSWORD });
    await sharing.ok("/x/v1/link/change", { id: url, enabled: 0 });
    assert.equal((await send(url)).status, 403);
    const both = (await addKey(server, person.account, { scopes: scopesOf({ shares: "write", files: "write" }) }))
      .client;
    await both.ok("/x/v1/link/change", { id: url, enabled: 1, pass: PASSWORD });
    assert.equal((await all({ file_id: idOf(url) }))[0]?.pass, 1);
  });

  test("belong to their owner only, and disappear with the file", async () => {
    const url = await file();
    const link = await add({ file_id: idOf(url) });
    const others = [
      ["/x/v1/link/add", { file_id: idOf(url) }],
      ["/x/v1/link/list", { file_id: idOf(url) }],
      ["/x/v1/link/change", { id: link.id, enabled: 0 }],
      ["/x/v1/link/remove", { id: link.id }],
    ] as const;
    for (const [path, body] of others) assertRefusal(await friend.client.call(path, body), 404, 469);
    const fenced = await addKey(server, person.account, { fenceFolderId: await makeFolder(person.client, "fence") });
    for (const [path, body] of others)
      assertRefusal(await person.client.call(path, body, { authorization: `Bearer ${fenced.text}` }), 404, 469);
    // A further link cannot be used to change or remove a file.
    for (const [call, body] of [
      ["file/rm", { files: [{ url: link.url }] }],
      ["file/rename", { urls: [{ url: link.url, filename: "x" }] }],
      ["file/chattr", { urls: [link.url], description: "x" }],
      ["file/mv", { urls: [link.url], destination_folder_id: 0 }],
    ] as const)
      assertRefusal(await person.client.call(call, body), 404, 469);
    assertRefusal(await person.client.call("/x/v1/link/add", { folder_id: 0 }), 400, 565);
    assertRefusal(
      await person.client.call("/x/v1/link/add", { file_id: idOf(url), expires_at: "2020-01-01T00:00:00Z" }),
      400,
    );
    await person.client.ok("file/rm", { files: [{ url }] });
    assert.equal((await send(link.url)).status, 404);
    assertRefusal(await person.client.call("/x/v1/link/remove", { id: link.id }), 404, 469);
  });

  test("go to the trash with their file or folder and are restored unchanged, or removed for good", async () => {
    const folder = await makeFolder(person.client, "removed and back");
    const inside = await uploadOne(person.client, "inside.txt", "inside", { did: String(folder) });
    const byFile = await add({ file_id: idOf(inside) }, { max_downloads: 3, note: "Ann" });
    const byFolder = await add({ folder_id: folder }, { pass: PASSWORD });
    const fetched = async (from: string) => {
      const headers = { "x-forwarded-for": from };
      const { headers: sent } = await straight(byFile.url, from);
      return (await send(String(sent.get("location")), { headers })).text;
    };
    assert.equal(await fetched(address(40)), "inside");
    const before = [await list({ file_id: idOf(inside) }), await list({ folder_id: folder })];
    const remove = async () => {
      const changes = [{ folder_id: folder, remove: 1, with_contents: 1 }];
      const answer = await person.client.ok("/x/v1/batch/change", { changes });
      const [{ trash_id: id }] = answer["results"] as [{ trash_id: number }];
      for (const { url } of [byFile, byFolder]) assert.equal((await send(url)).status, 404);
      assertRefusal(await person.client.call("/x/v1/link/remove", { id: byFile.id }), 404, 469);
      return { ids: [id] };
    };
    await person.client.ok("/x/v1/trash/restore", await remove());
    assert.deepEqual([await list({ file_id: idOf(inside) }), await list({ folder_id: folder })], before);
    assert.equal(await fetched(address(41)), "inside");
    await person.client.ok("/x/v1/trash/remove", await remove());
    for (const { url } of [byFile, byFolder]) assert.equal((await send(url)).status, 404);
  });

  test("include the file's own, which can be disabled while the others keep working", async () => {
    const url = await file();
    const target = { file_id: idOf(url) };
    const further = await add(target);
    const [own] = await all(target);
    assert.ok(own !== undefined);
    assert.deepEqual([own.id, own.url, own.own, own.downloads], [idOf(url), url, 1, 0]);
    const early = String((await straight(url, address(50))).headers.get("location"));
    const isOver = async () =>
      ((await person.client.ok("/x/v1/entry/stat", { file_id: idOf(url) }))["entry"] as { link_inactive?: number })
        .link_inactive;
    assert.equal(await isOver(), undefined);
    await change(own, { enabled: 0, note: "for later" });
    assert.equal(await isOver(), 1);
    assert.match((await send(url)).text, /switched off/);
    for (const status of [(await send(url)).status, (await straight(url, address(50))).status])
      assert.equal(status, 403);
    assertRefusal(await send(early, { headers: { "x-forwarded-for": address(50) } }), 403, 631);
    for (const call of ["file/info", "download/get_token"])
      assertRefusal(await friend.client.call(call, { url }), 403, 631);
    assertRefusal(await friend.client.call("file/cp", { urls: [url], folder_id: 0 }), 403, 631);
    const body = `links[]=${encodeURIComponent(url)}`;
    assert.match(
      (await send(`${server.url}/check_links.pl`, { method: "POST", headers: form, body })).text,
      /NOT FOUND/,
    );
    assert.equal((await send(further.url)).status, 200);
    // The owner can still make every call.
    await person.client.ok("file/info", { url });
    const { url: direct } = await person.client.ok("download/get_token", { url });
    assert.match((await send(String(direct))).text, /^content/);
    await person.client.ok("file/chattr", { urls: [url], description: "still mine" });
    assert.deepEqual(
      (await all(target)).map(({ own: isOwn }) => isOwn),
      [1, 0],
    );
    await change(own, { enabled: 1 });
    assert.equal((await send(url)).status, 200);
    assertRefusal(await person.client.call("/x/v1/link/remove", { id: own.id }), 400);
    for (const [path, more] of [
      ["change", { enabled: 0 }],
      ["remove", {}],
    ] as const)
      assertRefusal(await friend.client.call(`/x/v1/link/${path}`, { id: own.id, ...more }), 404, 469);
  });

  test("allow as many downloads by a file's own link as it has, without counting the owner's", async () => {
    const url = await file();
    const target = { file_id: idOf(url) };
    const [own] = await all(target);
    assert.ok(own !== undefined);
    await change(own, { max_downloads: 10 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const location = (await straight(url, address(index))).headers.get("location");
        if (location === null) return 403;
        return (await send(location, { headers: { "x-forwarded-for": address(index) } })).status;
      }),
    );
    assert.equal(answers.filter((status) => status === 200).length, 10);
    assert.ok(answers.every((status) => status === 200 || status === 403));
    assert.match((await send(url)).text, /reached its download limit/);
    const { url: direct } = await person.client.ok("download/get_token", { url });
    assert.match((await send(String(direct))).text, /^content/);
    assert.equal((await all(target))[0]?.downloads, 10);
    assertRefusal(await friend.client.call("file/cp", { urls: [url], folder_id: 0 }), 403, 631);
    await change(own, { max_downloads: 0 });
    assert.equal((await straight(url, address(1))).status, 302);
  });

  test("apply the password and access list set by file/chattr to a file's own link", async () => {
    const url = await file();
    const target = { file_id: idOf(url) };
    const [own] = await all(target);
    assert.ok(own !== undefined);
    const direct = String((await straight(url, address(51))).headers.get("location"));
    const changed = (await change(own, { pass: PASSWORD, acl: { email: ["friend@example.org"] } }))["link"] as WireLink;
    assert.equal(changed.pass, 1);
    assertRefusal(await send(direct, { headers: { "x-forwarded-for": address(51) } }), 404);
    const info = await person.client.ok("file/info", { url });
    assert.deepEqual([info["pass"], info["acl"]], [1, { email: ["friend@example.org"] }]);
    assert.equal((await send(url)).status, 403);
    await friend.client.ok("download/get_token", { url, pass: PASSWORD });
    await person.client.ok("file/chattr", { urls: [url], pass: "", acl: {} });
    const [after] = await all(target);
    assert.deepEqual([after?.pass, "acl" in (after ?? {})], [0, false]);
    const ends = new Date(clock.now().getTime() + HOUR_MS).toISOString();
    await change(own, { expires_at: ends });
    clock.advance(2 * HOUR_MS);
    assert.match((await send(url)).text, /has ended/);
    // Links follow their file to the trash and back.
    const before = await all(target);
    await person.client.ok("file/rm", { files: [{ url }] });
    assertRefusal(await person.client.call("/x/v1/link/change", { id: own.id, enabled: 1 }), 404, 469);
    const [entry] = (await person.client.ok("/x/v1/trash/list"))["entries"] as { id: number }[];
    await person.client.ok("/x/v1/trash/restore", { ids: [entry?.id] });
    assert.deepEqual(await all(target), before);
    assert.match((await send(url)).text, /has ended/);
    await person.client.ok("file/cp", { urls: [url], folder_id: 0 });
  });

  test("leave a file whose own link is disabled out of a folder's archive, and name it there", async () => {
    const folder = await makeFolder(person.client, "partly");
    const inside = await uploadOne(person.client, "inside.txt", "kept apart", { did: String(folder) });
    await uploadOne(person.client, "open.txt", "for all", { did: String(folder) });
    const link = await add({ folder_id: folder });
    await person.client.ok("/x/v1/link/change", { id: idOf(inside), enabled: 0 });
    const { headers } = await send(`${link.url}?zip=1`);
    const { text } = await send(String(headers.get("location")));
    assert.deepEqual(
      [text.includes("for all"), text.includes("kept apart"), /inside\.txt: Its link is switched off/.test(text)],
      [true, false, true],
    );
  });

  test("are made, listed, changed and removed through the client library", async () => {
    const client = createClient({ url: server.url, apiKey: person.key, pacing: "off" });
    const fileId = idOf(await file());
    const expiresAt = new Date(Math.ceil(clock.now().getTime() / 1000) * 1000 + HOUR_MS);
    const link = await client.links.add({ fileId }, { password: PASSWORD, expiresAt, maxDownloads: 3, note: "Ann" });
    assert.deepEqual(
      [
        link.hasPassword,
        link.isRestricted,
        link.expiresAt,
        link.maxDownloads,
        link.downloads,
        link.isEnabled,
        link.note,
      ],
      [true, false, expiresAt, 3, 0, true, "Ann"],
    );
    assert.deepEqual((await client.links.list({ fileId })).slice(1), [link]);
    const open = await client.links.change(link.url, {
      password: "",
      expiresAt: "never",
      maxDownloads: 0,
      isEnabled: false,
    });
    assert.deepEqual(
      [open.hasPassword, open.expiresAt, open.maxDownloads, open.isEnabled],
      [false, undefined, undefined, false],
    );
    await client.links.remove(link.id);
    const [own, ...further] = await client.links.list({ fileId });
    assert.deepEqual([own?.id, own?.isOwn, own?.isEnabled, further], [fileId, true, true, []]);
    const access = { addresses: [], countries: ["FR"], emails: ["a@example.org"], isCustomersOnly: false };
    assert.deepEqual((await client.links.change(fileId, { access })).access, access);
    assert.deepEqual((await client.files.info(fileId)).access, access);
    assert.equal((await client.links.change(fileId, { access: null })).access, undefined);
  });
});
