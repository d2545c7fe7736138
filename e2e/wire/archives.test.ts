import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { endpoints } from "@consigne/contract";
import type { Ports } from "@consigne/core";
import { createClient } from "@consigne/sdk";
import { type ApiClient, Gate, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { lacking, python } from "../_programs.ts";
import { until } from "../_until.ts";
import { assertAnswer } from "./_shapes.ts";
import { addKey, addPerson, assertRefusal, idOf, makeFolder, type Person, send, uploadOne } from "./_wire.ts";

const run = promisify(execFile);
const skip = lacking([python, "--version"]);
const PASSWORD = "open sesame";
const form = { "content-type": "application/x-www-form-urlencoded" };

/** What Python finds in an archive, by name; fails if it is truncated or its checksums are wrong. */
const READ = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps({i.filename: archive.read(i).decode("latin-1") for i in archive.infolist()}))
`;

suite("folders as zip archives", { skip }, () => {
  const clock = new VirtualClock();
  let server: TestServer;
  let person: Person;
  let ports: Ports;
  let folder = "";
  const logLines: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "consigne-archives-"));
    server = await startTestServer({
      storage: "memory",
      clock,
      replacePorts: (created) => (ports = created),
      downloadRecheckMs: 50,
      onLogLine: (line) => logLines.push(line),
    });
    person = await addPerson(server, "person@example.org");
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const contents = async (url: string): Promise<Record<string, string>> => {
    const response = await fetch(url);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/zip");
    const path = join(folder, "archive.zip");
    await writeFile(path, Buffer.from(await response.arrayBuffer()));
    const { stdout } = await run(python, ["-c", READ, path], { maxBuffer: 1e8 });
    return JSON.parse(stdout) as Record<string, string>;
  };
  const zip = async (body: object, client: ApiClient = person.client) =>
    assertAnswer(endpoints.folderZip, await client.call("/x/v1/folder/zip", body)) as { url: string; name: string };
  const share = async (folderId: number, pass?: string) =>
    String((await person.client.ok("folder/share", { folder_id: folderId, share: 1, pass }))["url"]);
  /** Each a second after the previous one, which determines their order. */
  const file = (name: string, folderId: number, content = name, fields: Record<string, string> = {}) => {
    clock.advance(1000);
    return uploadOne(person.client, name, content, { did: String(folderId), ...fields });
  };
  const downloadsOf = async (url: string) => {
    const { entry } = await person.client.ok("/x/v1/entry/stat", { file_id: idOf(url) });
    return (entry as { downloads: number }).downloads;
  };
  const whirlpool = async (url: string) => String((await person.client.ok("file/info", { url }))["checksum"]);

  test("contain everything in one's own folders, with checksums, and count as a download of each file", async () => {
    const top = await makeFolder(person.client, "Été: 2026");
    const inner = await makeFolder(person.client, "con", top);
    await makeFolder(person.client, "empty", inner);
    const a = await file("a.txt", top, "alpha");
    const b = await file("A.txt", top, "beta");
    const guarded = await file("guarded.txt", inner, "gamma", { dpass: PASSWORD });
    const { url, name } = await zip({ folder_ids: [top] });
    assert.equal(name, "Été: 2026.zip");
    assert.match(url, /\/z[A-Za-z0-9]{40}$/);
    const head = await send(url, { method: "HEAD" });
    assert.equal(
      head.headers.get("content-disposition")?.includes("filename*=UTF-8''%C3%89t%C3%A9%3A%202026.zip"),
      true,
    );
    assert.deepEqual([head.status, head.headers.get("content-length")], [200, null]);
    assert.equal(await downloadsOf(a), 0);
    const lines = [
      `${await whirlpool(a)} *a.txt`,
      `${await whirlpool(b)} *A (2).txt`,
      `${await whirlpool(guarded)} *_con/guarded.txt`,
      "",
    ];
    const base = Buffer.from("Été_ 2026/").toString("latin1");
    const found = await contents(url);
    assert.deepEqual(
      Object.fromEntries(Object.entries(found).map(([path, text]) => [Buffer.from(path).toString("latin1"), text])),
      {
        [base]: "",
        [`${base}a.txt`]: "alpha",
        [`${base}A (2).txt`]: "beta",
        [`${base}_con/`]: "",
        [`${base}_con/guarded.txt`]: "gamma",
        [`${base}_con/empty/`]: "",
        [`${base}CHECKSUMS`]: lines.join("\n"),
      },
    );
    assert.deepEqual([await downloadsOf(a), await downloadsOf(b), await downloadsOf(guarded)], [1, 1, 1]);
    // The same address again, as after a broken connection: it still counts as one download.
    await contents(url);
    assert.equal(await downloadsOf(a), 1);
  });

  test("contain a selection, each entry once", async () => {
    const here = await makeFolder(person.client, "selection");
    const inner = await makeFolder(person.client, "inner", here);
    const one = await file("one", here);
    await file("two", inner);
    const client = createClient({ url: server.url, apiKey: person.key, pacing: "off" });
    const { url, name } = await client.entries.zip({ folderIds: [inner, inner], fileIds: [idOf(one), idOf(one)] });
    assert.equal(name, "files.zip");
    const names = Object.keys(await contents(url));
    assert.deepEqual(names, ["files/", "files/one", "files/inner/", "files/inner/two", "files/CHECKSUMS"]);
    const all = Object.keys(await contents((await zip({ folder_ids: [0] })).url));
    assert.ok(all.includes("files/selection/inner/two"));
  });

  test("are refused if an entry is unknown or another account's, or if none is given", async () => {
    const stranger = await addPerson(server, "stranger@example.org");
    const here = await makeFolder(person.client, "mine");
    const other = await file("mine", here);
    const refused = (body: object, client = person.client) => client.call("/x/v1/folder/zip", body);
    assertRefusal(await refused({ folder_ids: [here] }, stranger.client), 404, 563);
    assertRefusal(await refused({ file_ids: [idOf(other)] }, stranger.client), 404, 469);
    assertRefusal(await refused({ folder_ids: [999_999] }), 404, 563);
    assertRefusal(await refused({ file_ids: ["?"] }), 404, 469);
    for (const body of [{}, { folder_ids: [] }, { folder_ids: Array(501).fill(here) }])
      assertRefusal(await refused(body), 400);
    const fence = await makeFolder(person.client, "fence");
    const fenced = await addKey(server, person.account, { fenceFolderId: fence });
    const headers = { authorization: `Bearer ${fenced.text}` };
    assertRefusal(await person.client.call("/x/v1/folder/zip", { folder_ids: [here] }, headers), 404, 563);
    assertRefusal(await person.client.call("/x/v1/folder/zip", { file_ids: [idOf(other)] }, headers), 404, 469);
  });

  test("of a shared folder contain what a stranger may download, and list what was left out", async () => {
    const top = await makeFolder(person.client, "shared");
    const open = await makeFolder(person.client, "open", top);
    const closed = await makeFolder(person.client, "closed", top);
    const protectedFolder = await makeFolder(person.client, "protected", top);
    await share(open);
    await share(protectedFolder, PASSWORD);
    for (const [name, folderId] of [
      ["1", top],
      ["2", open],
      ["3", closed],
      ["4", protectedFolder],
    ] as const)
      await file(name, folderId);
    await file("guarded", top, "guarded", { dpass: PASSWORD });
    const kept = await file("restricted", top);
    await person.client.ok("file/chattr", { urls: [kept], acl: { email: ["friend@example.org"] } });
    const counted = await file("counted", top);
    await person.client.ok("/x/v1/link/change", { id: idOf(counted), max_downloads: 1 });
    await file("damaged", top, "these bytes rot away");
    for (const blob of await ports.database.blobs.listPage(undefined, 100))
      if (blob.sizeBytes === 20) await ports.database.blobs.setDamaged(blob.id, blob.key, clock.now());
    const blocked = await file("blocked", top, "nobody is to have this");
    await server.services.contentBlocks.block("operator", idOf(blocked), "");
    const page = await share(top);
    const answer = await send(`${page}?zip=1`);
    assert.equal(answer.status, 302);
    const found = await contents(String(answer.headers.get("location")));
    assert.deepEqual(Object.keys(found), [
      "shared/",
      "shared/1",
      "shared/open/",
      "shared/open/2",
      "shared/NOT-INCLUDED.txt",
      "shared/CHECKSUMS",
    ]);
    const named = (found["shared/NOT-INCLUDED.txt"] ?? "").split("\n");
    assert.deepEqual(named, [
      "shared/guarded: It has its own password: open its link.",
      "shared/restricted: Its owner does not give you access.",
      "shared/counted: Its own link has a download limit: open that link.",
      "shared/damaged: Its stored data is damaged.",
      "",
    ]);
    const inFrench = String((await send(`${page}?zip=1&lg=fr`)).headers.get("location"));
    assert.match(inFrench, /\/z[A-Za-z0-9]{40}\?lg=fr$/);
    const told = Buffer.from((await contents(inFrench))["shared/NOT-INCLUDED.txt"] ?? "", "latin1").toString();
    assert.match(told, /^shared\/guarded: Il a son propre mot de passe\u{a0}: ouvrez son lien\.\n/u);
    assert.match(told, /\nshared\/damaged: Ses données sont endommagées\.\n/);
    const own = await contents((await zip({ folder_ids: [top] })).url);
    assert.match(own["shared/NOT-INCLUDED.txt"] ?? "", /^shared\/damaged: .*\nshared\/blocked: The operator.*\n$/);
    assert.ok(
      "shared/closed/3" in own && "shared/guarded" in own && "shared/restricted" in own && "shared/counted" in own,
    );
  });

  test("of a protected folder require its password, and stop when it changes", async () => {
    const top = await makeFolder(person.client, "guarded");
    await file("inside", top);
    const page = await share(top, PASSWORD);
    const asked = await send(`${page}?zip=1`);
    assert.equal(asked.status, 403);
    assert.match(asked.text, /name="pass"/);
    assert.doesNotMatch(asked.text, /inside|\/z[A-Za-z0-9]{40}/);
    const post = (body: string) => send(page, { method: "POST", headers: form, body });
    assert.equal((await post("zip=1&pass=wrong")).status, 403);
    const right = `pass=${encodeURIComponent(PASSWORD)}`;
    const first = await post(`zip=1&${right}`);
    assert.equal(first.status, 302);
    const shown = await post(right);
    const onPage = /href="([^"]+\/z[A-Za-z0-9]{40})"/.exec(shown.text)?.[1] ?? "";
    assert.ok("guarded/inside" in (await contents(onPage)));
    await person.client.ok("folder/share", { folder_id: top, share: 1, pass: "another one" });
    assertRefusal(await send(String(first.headers.get("location"))), 404);
    const second = await post(`zip=1&pass=another+one`);
    await person.client.ok("folder/share", { folder_id: top, share: 0 });
    assertRefusal(await send(String(second.headers.get("location"))), 404);
    assert.equal((await send(`${page}?zip=1`)).status, 404);
  });

  test("of a folder shared with a person contain everything in it, whatever its links require, and stop with the share", async () => {
    const top = await makeFolder(person.client, "received");
    const inner = await makeFolder(person.client, "inner", top);
    const beside = await makeFolder(person.client, "beside");
    const plain = await file("plain", top);
    const guarded = await file("guarded", inner, "guarded", { dpass: PASSWORD });
    const counted = await file("counted", inner);
    await person.client.ok("/x/v1/link/change", { id: idOf(counted), max_downloads: 1 });
    const blocked = await file("blocked", top, "nobody may have these bytes");
    await server.services.contentBlocks.block("operator", idOf(blocked), "");
    const outside = await file("outside", beside);
    const [reader, blind] = [
      await addPerson(server, "reader@example.org"),
      await addPerson(server, "blind@example.org"),
    ];
    const give = (shares: object[]) => person.client.ok("folder/share", { folder_id: top, shares });
    await give([{ email: "reader@example.org" }, { email: "blind@example.org", hide_links: 1 }]);

    for (const { client } of [reader, blind]) {
      const { url, name } = await zip({ folder_ids: [top] }, client);
      assert.equal(name, "received.zip");
      const found = await contents(url);
      assert.deepEqual(Object.keys(found), [
        "received/",
        "received/plain",
        "received/inner/",
        "received/inner/guarded",
        "received/inner/counted",
        "received/NOT-INCLUDED.txt",
        "received/CHECKSUMS",
      ]);
      assert.equal(
        found["received/NOT-INCLUDED.txt"],
        "received/blocked: It was removed or moved, or is not available.\n",
      );
    }
    const some = await zip({ folder_ids: [inner], file_ids: [idOf(plain)] }, reader.client);
    assert.ok("files/inner/guarded" in (await contents(some.url)));
    for (const body of [{ folder_ids: [beside] }, { folder_ids: [top, beside] }])
      assertRefusal(await reader.client.call("/x/v1/folder/zip", body), 404, 563);
    for (const { client } of [reader, blind])
      assertRefusal(await client.call("/x/v1/folder/zip", { file_ids: [idOf(outside)] }), 404, 469);
    const fence = await makeFolder(reader.client, "fence");
    const fenced = await addKey(server, reader.account, { fenceFolderId: fence });
    const headers = { authorization: `Bearer ${fenced.text}` };
    assertRefusal(await reader.client.call("/x/v1/folder/zip", { folder_ids: [top] }, headers), 404, 563);

    // Moved out of the shared folder, and renamed there: neither its bytes nor its new name.
    const later = await zip({ file_ids: [idOf(plain), idOf(guarded)] }, reader.client);
    await person.client.ok("file/mv", { urls: [plain], destination_folder_id: beside, rename: "private name" });
    const rest = await contents(later.url);
    assert.deepEqual(Object.keys(rest), ["files/", "files/guarded", "files/NOT-INCLUDED.txt", "files/CHECKSUMS"]);
    assert.equal(
      rest["files/NOT-INCLUDED.txt"],
      `files/${idOf(plain)}: It was removed or moved, or is not available.\n`,
    );
    const ended = await zip({ file_ids: [idOf(guarded)] }, reader.client);
    await person.client.ok("/x/v1/share/revoke", { folder_id: top, email: "reader@example.org" });
    assert.deepEqual(Object.keys(await contents(ended.url)), ["files/", "files/NOT-INCLUDED.txt", "files/CHECKSUMS"]);
    assertRefusal(await reader.client.call("/x/v1/folder/zip", { folder_ids: [top] }), 404, 563);
  });

  test("are cut off visibly when access ends midway, and name files removed before their turn", async () => {
    const top = await makeFolder(person.client, "long");
    const large = "large ".repeat(4_000_000);
    await file("first", top, large);
    const second = await file("second", top, large.slice(1));
    const page = await share(top);
    const begin = async () => {
      const { headers } = await send(`${page}?zip=1`);
      const message = await new Promise<IncomingMessage>((resolve, reject) => {
        get(String(headers.get("location")), resolve).on("error", reject);
      });
      message.pause();
      return message;
    };
    const rest = async (message: IncomingMessage) => {
      const hash = createHash("sha256");
      for await (const chunk of message) hash.update(chunk as Buffer);
      return hash.digest("hex");
    };
    // Removed before its bytes were requested: left out and listed.
    const whole = await begin();
    await person.client.ok("file/rm", { files: [{ url: second }] });
    const chunks: Buffer[] = [];
    for await (const chunk of whole) chunks.push(chunk as Buffer);
    assert.ok(Buffer.concat(chunks).includes("long/second: It was removed or moved, or is not available"));
    // Closed while the first file is being sent: the connection breaks.
    const cut = await begin();
    await person.client.ok("folder/share", { folder_id: top, share: 0 });
    while (server.services.meter.underWay.downloads > 0) await sleep(10);
    await assert.rejects(rest(cut), /aborted/);
  });

  test("may be abandoned by the client without an error on the server", async (context) => {
    const top = await makeFolder(person.client, "left");
    for (const name of ["first", "second"]) await file(name, top, name);
    const { url } = await zip({ folder_ids: [top] });
    const gate = new Gate();
    const open = ports.blobs.open.bind(ports.blobs);
    context.mock.method(ports.blobs, "open", async (...given: Parameters<typeof open>) => {
      await gate.pass();
      return open(...given);
    });
    const request = get(url).on("error", () => {});
    await gate.reached;
    request.destroy();
    // By the time others are answered, the server has noticed that it left.
    for (let time = 0; time < 3; time++) await send(url, { method: "HEAD" });
    gate.open();
    const told = () => logLines.filter((line) => /download (?:ended early|failed)/.test(line));
    while (told().length === 0) await sleep(10);
    assert.match(told().join("\n"), /"level":30,.*download ended early/);
  });

  test("are limited in number per caller", async () => {
    const top = await makeFolder(person.client, "busy");
    await file("large", top, "large ".repeat(2_000_000));
    const { url } = await zip({ folder_ids: [top] });
    const opened: IncomingMessage[] = [];
    try {
      for (let count = 0; count < 4; count++) {
        const message = await new Promise<IncomingMessage>((resolve, reject) => get(url, resolve).on("error", reject));
        assert.equal(message.statusCode, 200);
        opened.push(message.pause());
      }
      assertRefusal(await send(url), 503);
    } finally {
      for (const message of opened) message.destroy();
    }
    await until("a free slot", async () => ((await send(url)).status === 200 ? true : undefined));
  });
});
