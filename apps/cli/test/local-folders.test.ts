import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { createClient, fromBlob, fromBytes, fromPath, fromStream } from "@consigne/sdk";
import { RecordingRelay } from "./_recording-relay.ts";
import { newPerson } from "./_terminal.ts";

/** Folders above what is sent: only this machine needs to know them. */
const [employer, project] = ["undisclosed-employer", "undisclosed-project"];
/** Folders of the tree that is sent: the server gets them through calls that make folders. */
const [album, month] = ["album-of-folders", "month-of-folders"];

interface Sent {
  /** Everything, heads and bodies. */
  requests: string[];
  /** File names of the uploads, as sent. */
  names: string[];
}

async function prepare(t: TestContext) {
  const person = await newPerson(t);
  const relay = await RecordingRelay.open(person.server.url);
  t.after(() => relay[Symbol.asyncDispose]());
  const work = join(person.home, employer, project);
  const tree = join(work, album);
  await mkdir(join(tree, month), { recursive: true });
  await writeFile(join(tree, "one.txt"), "1");
  await writeFile(join(tree, month, "two.txt"), "22");
  await writeFile(join(work, "three.txt"), "333");
  await symlink(join(tree, month, "two.txt"), join(work, "link.txt"));
  await writeFile(join(work, "list"), `${join(work, "three.txt")}\n`);
  await person.server.seed.folder("/in");
  const unknown = [employer, project, basename(person.home)];

  /** What was sent since the last call; fails if it reveals a folder that it should not. */
  const taken = (): Sent => {
    const requests = relay.takeRequests();
    const uploads = requests.filter((request) => /^POST \S*\/upload\.cgi/.test(request));
    for (const folder of unknown) assert.ok(!requests.some((each) => each.includes(folder)), `${folder} was sent`);
    for (const folder of [album, month]) {
      assert.ok(!uploads.some((each) => each.includes(folder)), `${folder} was sent in an upload`);
    }
    const names = uploads.flatMap((each) =>
      [...each.matchAll(/; filename\*?=([^\r\n]*)\r\n/g)].map(([, name]) => name),
    );
    return { requests, names: names.map((name) => name ?? "").toSorted() };
  };
  const variables = { CONSIGNE_URL: relay.url };
  const ok = (args: readonly string[], stdin?: string) =>
    person.ok(args, { variables, ...(stdin === undefined ? {} : { stdin }) });
  return { ...person, relay, ok, taken, project: work, tree };
}

test("put sends file names, and no local folder", async (t) => {
  const { ok, taken, project: folder, tree } = await prepare(t);
  await ok(["put", join(folder, "three.txt"), ":/in"]);
  assert.deepEqual(taken().names, ['"three.txt"']);
  await ok(["put", `${tree}/../three.txt`, join(folder, "link.txt"), ":/in/", "--keep-both"]);
  assert.deepEqual(taken().names, ['"link.txt"', '"three.txt"']);
  await ok(["put", "--files-from", join(folder, "list"), ":/in", "--keep-both"]);
  assert.deepEqual(taken().names, ['"three.txt"']);
  await ok(["put", join(folder, "three.txt"), ":/in/renamed.txt"]);
  assert.deepEqual(taken().names, ['"renamed.txt"']);
  await ok(["put", "-", ":/in/piped.txt"], "piped");
  assert.deepEqual(taken().names, ['"piped.txt"']);
});

test("put -r and sync make the folders of the tree, and reveal none above it", async (t) => {
  const { home, ok, taken, tree, server } = await prepare(t);
  const twoFiles = ['"one.txt"', '"two.txt"'];
  await ok(["put", "-r", tree, ":/in"]);
  const sent = taken();
  assert.deepEqual(sent.names, twoFiles);
  const created = sent.requests.filter((each) => each.startsWith("POST /v1/folder/mkdir.cgi"));
  for (const folder of [album, month]) assert.equal(created.filter((each) => each.includes(folder)).length, 1, folder);
  await ok(["sync", tree, ":/in/synced"]);
  const synced = taken();
  assert.deepEqual(synced.names, twoFiles);
  assert.ok(!synced.requests.some((each) => each.includes(album)), "the folder itself has another name there");
  await ok(["check", tree, ":/in/synced"]);
  await writeFile(join(tree, month, "two.txt"), "changed");
  await ok(["sync", tree, ":/in/synced"]);
  assert.deepEqual(taken().names, ['"two.txt"']);
  const back = join(home, employer, project, "back");
  await ok(["sync", ":/in/synced", back]);
  await ok(["get", ":/in/synced/one.txt", join(back, "copy.txt")]);
  assert.deepEqual(taken().names, []);
  assert.equal(await readFile(join(back, "copy.txt"), "utf8"), "1");
  assert.deepEqual((await server.seed.folder(`/in/${album}/${month}`)).path, `/in/${album}/${month}`);
});

test("the SDK sends only the last part of a name", async (t) => {
  const { relay, taken, project: folder, server } = await prepare(t);
  const client = createClient({ url: relay.url, apiKey: server.apiKey });
  const path = join(folder, "three.txt");
  const named = `/home/somebody/${employer}/four.txt`;
  const bytes = await readFile(path);
  const sources = [
    await fromPath(path),
    await fromPath(path, { name: named }),
    fromBlob(new File([bytes], named)),
    fromBytes(bytes, { name: named }),
    await fromStream(createReadStream(path), { name: named, sizeBytes: bytes.length }),
    await fromStream(createReadStream(path), { name: `${named}/../five.txt` }),
    { name: path, sizeBytes: bytes.length, open: () => createReadStream(path) },
  ];
  const stored = await client.uploads.send(sources, {});
  assert.equal(stored.length, sources.length);
  await client.at("/in/more").upload(await fromPath(path));
  const { names } = taken();
  const expected = ["three", "four", "four", "four", "four", "five", "three", "three"].map((name) => `"${name}.txt"`);
  assert.deepEqual(names, expected.toSorted());
});
