import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { addPerson, assertRefusal, idOf, makeFolder, type Person, send, uploadOne } from "./_wire.ts";

const PASSWORD = "open sesame";
const form = { "content-type": "application/x-www-form-urlencoded" };
const given = `pass=${encodeURIComponent(PASSWORD)}`;

interface Tree {
  top: number;
  inner: number;
  deep: number;
}

suite("an additional link of a folder opens the folders below it", () => {
  let server: TestServer;
  let person: Person;
  let created = 0;

  before(async () => {
    server = await startTestServer({ storage: "memory" });
    person = await addPerson(server, "person@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  const file = (name: string, folder: number, client = person.client) =>
    uploadOne(client, name, name, { did: String(folder) });
  /** `top` contains `inner`, which contains `deep`. Each holds a file named after it. */
  const tree = async ({ client } = person): Promise<Tree> => {
    const top = await makeFolder(client, `top ${++created}`);
    const inner = await makeFolder(client, "inner & more", top);
    const deep = await makeFolder(client, "deep", inner);
    await file("in top", top, client);
    await file("in inner", inner, client);
    await file("in deep", deep, client);
    return { top, inner, deep };
  };
  const linkTo = async (folder: number, rules: object = {}) => {
    const answer = await person.client.call("/x/v1/link/add", { folder_id: folder, ...rules });
    return assertAnswer(endpoints.linkAdd, answer)["link"] as { id: string; url: string };
  };
  const share = async (folder: number, rules: object = {}) =>
    String((await person.client.ok("folder/share", { folder_id: folder, share: 1, ...rules }))["url"]);
  const move = (folder: number, parent: number) =>
    person.client.ok("folder/mv", { folder_id: folder, destination_folder_id: parent });
  const at = (url: string, folder: number | string, more = "") => `${url}?folder=${folder}${more}`;
  const statusOf = async (url: string) => (await send(url)).status;
  const archiveAt = async (url: string) => String((await send(url)).headers.get("location"));
  const post = (url: string, body: string) => send(url, { method: "POST", headers: form, body });
  /** The answer is the same as for an id that does not exist. */
  const assertUnknown = async (url: string, folder: number | string) => {
    // The page frame repeats the requested address.
    const plain = (text: string) => text.slice(text.indexOf('<div class="page"'));
    const [answer, absent] = [await send(at(url, folder)), await send(at(url, 999_999_999))];
    assert.deepEqual([answer.status, plain(answer.text)], [404, plain(absent.text)]);
    for (const more of ["&json=1", "&e=1", "&zip=1", "&json=1&folders=1"])
      assert.equal(await statusOf(at(url, folder, more)), 404, more);
  };

  test("on its page, as JSON, as lines, and as one archive", async () => {
    const { top, inner, deep } = await tree();
    const { url } = await linkTo(top);
    const page = await send(url);
    assert.ok(page.text.includes(`<a href="${at(url, inner)}">\ninner &amp; more</a>`));
    assert.doesNotMatch(page.text, /in inner|deep/);
    const below = (await send(at(url, deep))).text;
    for (const shown of ["Shared folder deep<", "in deep", `href="${url}"`, `href="${at(url, inner)}"`])
      assert.ok(below.includes(shown), shown);
    assert.ok(below.includes(`href="${at(url, deep, "&amp;zip=1")}"`));
    assert.doesNotMatch(below, /in inner</);
    assert.deepEqual(
      (JSON.parse((await send(at(url, inner, "&json=1"))).text) as { filename: string }[]).map((each) => each.filename),
      ["in inner"],
    );
    const folders = JSON.parse((await send(`${url}?json=1&folders=1`)).text) as unknown;
    assert.deepEqual(folders, [{ link: at(url, inner), name: "inner & more", folder_id: inner }]);
    assert.equal((await send(at(url, inner, "&e=1&folders=1"))).text, `${at(url, deep)};deep\n`);
    assert.match((await send(at(url, deep, "&e=1"))).text, /^\S+;in deep;7\n$/);
    const whole = (await send(await archiveAt(`${url}?zip=1`))).text;
    for (const path of ["in top", "inner & more/in inner", "inner & more/deep/in deep"])
      assert.ok(whole.includes(`top ${created}/${path}`), path);
    const part = (await send(await archiveAt(at(url, deep, "&zip=1")))).text;
    assert.ok(part.includes("deep/in deep") && !part.includes("in inner"));
    // The JSON for clients of 1fichier.com only lists files.
    assert.match((await send(`${url}?json=1`)).text, /^\[\{"link":"[^"]+","filename":"in top"[^{]*\]$/);
  });

  test("with its password, which one page passes on to the next", async () => {
    const { top, inner, deep } = await tree();
    const { url } = await linkTo(top, { pass: PASSWORD });
    for (const folder of [inner, deep, 999_999_999]) {
      const asked = await send(at(url, folder));
      assert.deepEqual(
        [asked.status, /name="pass"/.test(asked.text), /inner|deep/.test(asked.text)],
        [200, true, false],
      );
      assert.equal((await post(at(url, folder), "pass=wrong+one")).status, 403);
    }
    const first = (await post(url, given)).text;
    const next = /<form method="post" action="([^"]+)">.*name="(\w+)" value="([^"]+)"/.exec(first);
    assert.deepEqual(next?.slice(1), [at(url, inner), "same", PASSWORD]);
    assert.doesNotMatch(first, /name="pass"/);
    const open = await linkTo(top);
    assert.doesNotMatch((await post(open.url, given)).text, /sesame/);
    assert.match((await post(at(url, inner), `same=${encodeURIComponent(PASSWORD)}`)).text, /in inner/);
    assert.equal((await post(at(url, 999_999_999), given)).status, 404);
    const direct = String((await post(at(url, deep), `${given}&zip=1`)).headers.get("location"));
    assert.match((await send(direct)).text, /deep\/in deep/);
    assert.equal((await send(at(url, deep, "&zip=1"))).status, 403);
  });

  test("within its expiry, its number of uses and its access list", async () => {
    const { top, inner, deep } = await tree();
    const { url, id } = await linkTo(top, { max_downloads: 1 });
    const unused = await archiveAt(`${url}?zip=1`);
    assert.equal(await statusOf(await archiveAt(at(url, deep, "&zip=1"))), 200);
    assertRefusal(await send(unused), 403, 631);
    for (const more of ["", "&json=1", "&zip=1"]) assert.equal(await statusOf(at(url, inner, more)), 403, more);
    const rules = [
      { max_downloads: 0, enabled: 0 },
      { enabled: 1, acl: { email: ["friend@example.org"] } },
    ];
    for (const change of rules) {
      await person.client.ok("/x/v1/link/change", { id, ...change });
      assert.equal(await statusOf(at(url, inner)), 403);
    }
    await person.client.ok("/x/v1/link/change", { id, acl: {} });
    assert.equal(await statusOf(at(url, inner)), 200);
  });

  test("but none beside or above it, and none of others", async () => {
    const { top, inner, deep } = await tree();
    const beside = await makeFolder(person.client, "beside", top);
    const stranger = await addPerson(server, "stranger@example.org");
    const foreign = await tree(stranger);
    const { url } = await linkTo(inner);
    assert.equal(await statusOf(at(url, deep)), 200);
    const root = (await person.client.ok("folder/ls", { folder_id: top }))["folder_id"];
    assert.equal(root, top);
    for (const folder of [
      top,
      beside,
      foreign.top,
      foreign.deep,
      0,
      1,
      "",
      "-1",
      "1e3",
      "0x1",
      `${deep}%20`,
      `${deep}.0`,
    ])
      await assertUnknown(url, folder);
    assert.equal(await statusOf(`${url}?folder=${top}&folder=${deep}`), 404);
  });

  test("as they are at the moment: moved out, moved in, removed or restored", async () => {
    const { top, inner, deep } = await tree();
    const elsewhere = await makeFolder(person.client, `elsewhere ${created}`);
    const { url } = await linkTo(top);
    const begun = await archiveAt(at(url, deep, "&zip=1"));
    const whole = await archiveAt(`${url}?zip=1`);
    await move(inner, elsewhere);
    for (const folder of [inner, deep]) await assertUnknown(url, folder);
    assertRefusal(await send(begun), 404);
    assert.doesNotMatch((await send(whole)).text, /in inner|in deep/);
    assert.doesNotMatch((await send(url)).text, /inner/);
    await move(deep, top);
    assert.equal(await statusOf(at(url, deep)), 200);
    const changes = [{ folder_id: deep, remove: 1, with_contents: 1 }];
    const { results } = await person.client.ok("/x/v1/batch/change", { changes });
    await assertUnknown(url, deep);
    const ids = (results as { trash_id: number }[]).map((each) => each.trash_id);
    await person.client.ok("/x/v1/trash/restore", { ids });
    assert.match((await send(url)).text, /deep/);
  });

  test("except those whose own page requires a password, with everything below, and blocked files", async () => {
    const { top, inner, deep } = await tree();
    const { url } = await linkTo(top);
    const page = await share(inner, { pass: PASSWORD });
    assert.doesNotMatch((await send(url)).text, /inner/);
    for (const folder of [inner, deep]) await assertUnknown(url, folder);
    assert.doesNotMatch((await send(await archiveAt(`${url}?zip=1`))).text, /in inner|in deep/);
    assert.match((await post(page, given)).text, /in inner/);
    await share(inner, { pass: "" });
    assert.match((await send(at(url, deep))).text, /in deep/);
    const blocked = await file("nobody may have this", deep);
    await server.services.contentBlocks.block("operator", idOf(blocked), "");
    assert.doesNotMatch((await send(at(url, deep))).text, /nobody may/);
    assert.doesNotMatch((await send(await archiveAt(at(url, deep, "&zip=1")))).text, /nobody may have this/);
  });

  test("while a folder's public page opens none, as on 1fichier.com", async () => {
    const { top, inner, deep } = await tree();
    const page = await share(top);
    assert.doesNotMatch((await send(page)).text, /inner/);
    for (const folder of [inner, deep]) await assertUnknown(page, folder);
    assert.equal(await statusOf(at(page, top)), 200);
    const own = await share(inner);
    assert.ok((await send(page)).text.includes(`href="${own}"`));
    await assertUnknown(page, inner);
    assert.equal((await new ApiClient(server).request(`/fr${new URL(own).pathname}`)).status, 200);
  });
});
