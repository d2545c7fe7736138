import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createClient, type Client } from "@consigne/sdk";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = [];
  for await (const value of values) found.push(value);
  return found;
}

describe("resources against a real server", () => {
  let server: TestServer;
  let client: Client;
  let plain: ApiClient;
  before(async () => {
    server = await startTestServer();
    client = createClient({ url: server.url, apiKey: server.apiKey, pacing: "off" });
    plain = new ApiClient(server, server.apiKey);
  });
  after(async () => server[Symbol.asyncDispose]());

  const upload = async (name: string, folderId: number, text = name): Promise<string> => {
    const [link] = await plain.upload({ [name]: text }, { did: String(folderId) });
    return link!.download;
  };
  const newFolder = async (name: string): Promise<number> => (await client.folders.create(name)).id;

  it("list files with dates, sizes and checksums in our words", async () => {
    const folderId = await newFolder("listing");
    const url = await upload("a b.txt", folderId, "twelve bytes");
    const [file, ...others] = await client.files.list(folderId);
    assert.equal(others.length, 0);
    assert.equal(file?.url, url);
    assert.equal(file.name, "a b.txt");
    assert.equal(file.sizeBytes, 12);
    assert.match(file.whirlpool ?? "", /^[0-9a-f]{128}$/);
    assert.ok(Math.abs(file.uploadedAt!.getTime() - Date.now()) < 60_000);
    assert.deepEqual([file.hasPassword, file.isDamaged], [false, false]);
    assert.equal(file.raw["filename"], "a b.txt");
    assert.ok((await client.files.listAll()).some((each) => each.url === url));
    assert.deepEqual(await client.files.list(folderId, { sentAfter: new Date(Date.now() + 3_600_000) }), []);
  });

  it("export the account to a person with the password, whatever it contains, and never to a key", async () => {
    const password = "ein längerer Satz: mit Doppelpunkt";
    const email = "person@example.org";
    await server.services.accounts.create("operator", { email, password, planId: "premium" });
    const person = { email, password };
    const proved = createClient({ url: server.url, person, pacing: "off" });
    const records = await all(proved.account.export());
    assert.deepEqual([records[0]?.kind, records[0]?.["email"]], ["account", email]);
    await assert.rejects(all(client.account.export()), { name: "AccessDeniedError" });
    const wrong = createClient({ url: server.url, person: { email, password: "not this one" }, pacing: "off" });
    await assert.rejects(all(wrong.account.export()), { name: "NotAuthenticatedError" });
    const both = { url: server.url, person, apiKey: server.apiKey };
    assert.throws(() => createClient(both), { name: "TypeError", message: /not both/ });
  });

  it("show the account, and verify nothing with a key", async () => {
    const { email, plan, mayAdminister, session, quotaBytes } = await client.account.show();
    assert.deepEqual(
      [email, plan, mayAdminister, session, quotaBytes],
      [server.email, "unlimited", false, undefined, undefined],
    );
    assert.deepEqual(await client.account.change({ showsDownloadMenu: true }), {
      defaultDomain: 0,
      showsDownloadMenu: true,
      trashDays: 30,
      versionDays: 30,
    });
    assert.equal((await client.account.show()).settings.showsDownloadMenu, true);
    await client.account.change({ showsDownloadMenu: false });
    await assert.rejects(client.account.verify(server.password), { name: "AccessDeniedError", number: 631 });
    await assert.rejects(client.account.setPassword("a rather long sentence"), {
      name: "AccessDeniedError",
      number: 557,
    });
    await assert.rejects(client.sessions.list(), { name: "AccessDeniedError", number: 631 });
  });

  it("describe, rename, move, copy and remove files", async () => {
    const [from, to] = [await newFolder("from"), await newFolder("to")];
    const url = await upload("one.txt", from);
    assert.equal(await client.files.rename([{ url, name: "two.txt" }]), 1);
    assert.equal(await client.files.move([url], { toFolderId: to, name: "three.txt" }), 1);
    const info = await client.files.info(url);
    assert.deepEqual([info.name, info.folderId, info.folderPath], ["three.txt", to, "to"]);
    const [copy] = await client.files.copy([url], { toFolderId: from, name: "four.txt" });
    assert.equal(copy?.from, url);
    assert.equal((await client.files.info(copy.to)).name, "four.txt");
    assert.equal(await client.files.remove([url, copy.to]), 2);
    await assert.rejects(client.files.info(url), {
      name: "NotFoundError",
      code: "not-found",
      status: 404,
      number: 469,
    });
  });

  it("set a password, a note and an access list, and remove them", async () => {
    const url = await upload("locked.txt", await newFolder("attributes"));
    const access = { addresses: ["192.0.2.0/24"], countries: ["FR"], isCustomersOnly: true };
    assert.equal(await client.files.setAttributes([url], { password: "secret1", description: "x", access }), 1);
    const account = await server.seed.account({ email: "b@example.org" });
    const apiKey = (await server.seed.apiKey(account)).text;
    const stranger = createClient({ url: server.url, apiKey, pacing: "off" });
    await assert.rejects(stranger.files.info(url), { status: 403 });
    const info = await client.files.info(url);
    assert.deepEqual([info.hasPassword, info.description], [true, "x"]);
    assert.deepEqual(info.access?.addresses, ["192.0.2.0/24"]);
    assert.deepEqual([info.access?.countries, info.access?.isCustomersOnly], [["FR"], true]);
    await client.files.setAttributes([url], { password: "secret1", access: null });
    await assert.rejects(stranger.files.info(url), { name: "WrongPasswordError" });
    assert.equal((await stranger.files.info(url, { password: "secret1" })).name, "locked.txt");
    await client.files.setAttributes([url], { password: "", access: null });
    assert.equal((await stranger.files.info(url)).hasPassword, false);
  });

  it("make, list, move, walk and remove folders", async () => {
    const top = await newFolder("top");
    const inner = await client.folders.create("inner", { parentId: top });
    await client.folders.create("deep", { parentId: inner.id });
    await upload("f.txt", inner.id);
    const listing = await client.folders.get(inner.id, { withFiles: true });
    assert.deepEqual([listing.id, listing.name, listing.fileCount], [inner.id, "inner", 1]);
    assert.deepEqual(
      listing.files?.map((file) => file.name),
      ["f.txt"],
    );
    assert.ok(listing.createdAt instanceof Date);
    const paths: string[] = [];
    for await (const folder of client.folders.walk(top)) paths.push(folder.path.join("/"));
    assert.deepEqual(paths, ["", "inner", "inner/deep"]);
    await assert.rejects(client.folders.create("inner", { parentId: top }), { name: "ConflictError", number: 562 });
    await assert.rejects(client.folders.remove(inner.id), { name: "ConflictError", number: 561 });
    await client.folders.move(inner.id, { toFolderId: 0, name: "moved" });
    assert.equal((await client.folders.get(inner.id)).name, "moved");
    await client.folders.remove(top);
    await assert.rejects(client.folders.get(top), { name: "NotFoundError" });
  });

  it("publish a folder, read its page with the password, and withdraw it", async () => {
    const folderId = await newFolder("public");
    const url = await upload("shown.txt", folderId);
    const page = await client.shares.publish(folderId);
    assert.deepEqual(
      (await client.shares.publicListing(page)).map((file) => [file.url, file.name, file.sizeBytes]),
      [[url, "shown.txt", 9]],
    );
    await client.shares.publish(folderId, { password: "secret1" });
    await assert.rejects(client.shares.publicListing(page), { name: "WrongPasswordError" });
    await assert.rejects(client.shares.publicListing(page, { password: "other1" }), { name: "WrongPasswordError" });
    assert.equal((await client.shares.publicListing(page, { password: "secret1" })).length, 1);
    await client.shares.withdraw(folderId);
    await assert.rejects(client.shares.publicListing(page), { name: "NotFoundError" });
    await assert.rejects(client.shares.publicListing("https://example.org/"), TypeError);
  });

  it("read the account and change its settings", async () => {
    const account = await client.account.get();
    assert.equal(account.email, server.email);
    assert.ok(account.subscriptionEndsAt!.getTime() > Date.now());
    assert.equal(account.isUploadForbidden, false);
    const changed = await client.account.update({ defaultDomain: 3, showsDownloadMenu: true });
    assert.deepEqual([changed.defaultDomain, changed.showsDownloadMenu], [3, true]);
  });

  it("return the raw answer of any call", async () => {
    const answer = await client.call("folderLs", { folder_id: 0 });
    assert.equal(answer.status, "OK");
    assert.ok(answer.sub_folders.every((folder) => folder.id === folder.folder_id));
  });

  it("request remote uploads, report progress, cancel and repeat them", async () => {
    // A local address is always refused by the fetcher, so it fails quickly.
    const { id } = await client.remoteUploads.request(["http://127.0.0.1/a.bin"], { headers: { "X-A": "b" } });
    const upload = await client.remoteUploads.wait(id, { pollMs: 50, maxMs: 60_000 });
    assert.deepEqual(
      upload.results.map(({ isDone }) => isDone),
      [false],
    );
    const { items } = await client.remoteUploads.progress(id);
    assert.deepEqual([items[0]?.state, items[0]?.sourceUrl], ["failed", "http://127.0.0.1/a.bin"]);
    assert.deepEqual((await client.remoteUploads.retry(id)).items.length, 1);
    assert.equal((await client.remoteUploads.cancel(id)).id, id);
    const ids: number[] = [];
    for await (const request of client.remoteUploads.listProgress()) ids.push(request.id);
    assert.deepEqual(ids, [id]);
    await assert.rejects(client.remoteUploads.progress(id + 1), { name: "NotFoundError" });
  });

  it("report what this server does not offer yet", async () => {
    await assert.rejects(client.vouchers.list(), { name: "NotSupportedError", number: 551 });
    await assert.rejects(client.ftpUsers.list(), { name: "NotSupportedError" });
  });

  it("report a rejected key", async () => {
    const stranger = createClient({ url: server.url, apiKey: "k".repeat(32), pacing: "off" });
    await assert.rejects(stranger.files.list(), { name: "NotAuthenticatedError", number: 93 });
    await assert.rejects(createClient({ url: server.url, pacing: "off" }).files.list(), {
      name: "NotAuthenticatedError",
    });
  });
});
