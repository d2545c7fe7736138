import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { after, before, beforeEach, suite, test, type TestContext } from "node:test";
import { ApiClient, fault, Gate } from "@consigne/testkit";
import { CommandWorld } from "./sync/_command-world.ts";
import { runConsigne } from "./_terminal.ts";
import { Choices, firstSeed, times } from "./_proof.ts";

const MIB = 1024 ** 2;
const PART_BYTES = 8 * MIB;
const PARTS = 4;
/** How often a client is killed. */
const KILLS = times({ sample: 3, full: 300 });
const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const isPart = ({ method }: { method: string }) => method === "PUT";
const isPartOf =
  (number: number) =>
  ({ method, target }: { method: string; target: string }) =>
    method === "PUT" && target.endsWith(`/${number}`);

/** The `after` of a suite, in the form of a test's. */
class Endings {
  readonly #steps: (() => unknown)[] = [];
  readonly after = (step: () => unknown) => void this.#steps.push(step);

  async run(): Promise<void> {
    for (const step of this.#steps.toReversed()) await step();
  }
}

suite("put of a large file to a server that accepts parts", () => {
  const endings = new Endings();
  let world: CommandWorld;
  let api: ApiClient;
  let path: string;
  let content: Buffer;
  let count = 0;

  before(async () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a suite has no context; nothing else of it is used
    world = await CommandWorld.start(endings as unknown as TestContext, {}, { storage: "memory" });
    api = new ApiClient(world.server, world.server.apiKey);
  });
  after(() => endings.run());
  beforeEach(async () => {
    world.server.faults.clear();
    content = randomBytes((PARTS - 1) * PART_BYTES + 99);
    path = join(world.root, `film ${count++}.mkv`);
    await writeFile(path, content);
    world.server.requests.clear();
  });

  /** Digests of what is in the root under the name of the file. */
  async function stored(): Promise<string[]> {
    world.server.faults.clear();
    const { items } = await api.ok("file/ls", { folder_id: 0 });
    const files = (items as { url: string; filename: string }[]).filter(({ filename }) => path.endsWith(filename));
    return Promise.all(files.map(async ({ url }) => sha((await api.download(url)).bytes)));
  }

  async function openUploads(): Promise<{ id: string; received_parts: number }[]> {
    const { uploads } = await api.ok("/x/v1/uploads/list", {});
    return uploads as { id: string; received_parts: number }[];
  }

  /** The received parts of the only unfinished upload. */
  async function partsLeft(): Promise<number[]> {
    const [upload, ...others] = await openUploads();
    assert.ok(upload !== undefined && others.length === 0);
    const { parts } = await api.ok("/x/v1/uploads/parts", { id: upload.id });
    return (parts as { part: number }[]).map(({ part }) => part);
  }

  /** Ends a put when the answer to its nth part is on its way. */
  async function putUntil(nth: number, signal: "SIGINT" | "SIGKILL") {
    const gate = new Gate();
    world.server.faults.add(isPart, fault.holdAnswer(gate), { skip: nth - 1, times: Infinity });
    const { child, finished } = world.spawn("put", path, ":/");
    await gate.reached;
    child.kill(signal);
    const ended = await finished;
    gate.open();
    world.server.faults.clear();
    return ended;
  }

  /** The rest is sent, and nothing that was there is sent again. */
  async function goOn(left: readonly number[], ...options: string[]): Promise<string> {
    world.server.requests.clear();
    const { stderr } = await world.ok("put", "--verbose", ...options, path, ":/");
    for (const number of left) assert.equal(world.server.requests.count(isPartOf(number)), 0, `part ${number}`);
    assert.equal(world.server.requests.count("upload.cgi"), 0);
    return stderr;
  }

  test("sends parts, says so, and leaves no record", async () => {
    const { stderr, stdout } = await world.ok("put", "--verbose", path, ":/");
    assert.match(stderr, /upload of film \d+\.mkv: in 4 parts of 8388608 bytes, 2 at a time$/m);
    assert.match(stdout, /^http/);
    assert.equal(world.server.requests.count(isPart), PARTS);
    assert.deepEqual(await stored(), [sha(content)]);
    assert.deepEqual(await readdir(join(world.folder, "cache/consigne/uploads")), []);
    assert.match((await world.ok("put", path, ":/")).stderr, /unchanged/);
  });

  test("is neither sent again nor waited for while the server still computes its checksum", async () => {
    await world.ok("put", path, ":/");
    const body = (await api.ok("folder/ls", { folder_id: 0, files: 1 })) as { items: object[] };
    const items = body.items.map((item) => ({ ...item, checksum: "" }));
    const isListing = ({ target }: { target: string }) => target.startsWith("/v1/folder/ls");
    world.server.faults.add(isListing, fault.answer({ status: 200, body: { ...body, items } }), { times: Infinity });
    world.server.requests.clear();
    assert.match((await world.ok("put", path, ":/")).stderr, /unchanged/);
    assert.equal(world.server.requests.count(isPart) + world.server.requests.count("file/info"), 0);
    content[PART_BYTES + 5] = (content[PART_BYTES + 5] ?? 0) ^ 1;
    await writeFile(path, content);
    await world.ok("put", path, ":/");
    assert.equal(world.server.requests.count(isPart), PARTS);
    assert.deepEqual(await stored(), [sha(content)]);
  });

  test("sends a pipe in one request", async () => {
    const piped = await runConsigne(["put", "-", `:/${basename(path)}`], world.variables, { stdin: content });
    assert.equal(piped.code, 0, piped.stderr);
    assert.deepEqual(await stored(), [sha(content)]);
    assert.equal(world.server.requests.count("upload.cgi"), 1);
    assert.equal(world.server.requests.count(isPart), 0);
  });

  test("resumes after Ctrl-C, in another process", async () => {
    const { code, stderr } = await putUntil(3, "SIGINT");
    assert.equal(code, 130);
    assert.match(stderr, /interrupted\. .* files of 16 MiB and more/);
    const left = await partsLeft();
    assert.ok(left.length > 0);
    assert.match(await goOn(left), /2 at a time; \d already on the server$/m);
    assert.deepEqual(await stored(), [sha(content)]);
    assert.deepEqual(await openUploads(), []);
  });

  test(`resumes after being killed ${KILLS} times, seed ${firstSeed}`, async () => {
    const choices = new Choices(firstSeed);
    for (let round = 0; round < KILLS; round++) {
      content = randomBytes((PARTS - 1) * PART_BYTES + 1 + choices.below(10_000));
      await writeFile(path, content);
      await putUntil(1 + choices.below(PARTS), "SIGKILL");
      await goOn(await partsLeft());
      assert.deepEqual(await stored(), [sha(content)]);
      assert.deepEqual(await openUploads(), []);
    }
  });

  test("sends the current content if the file changed in between but kept its size and date", async () => {
    const { atime, mtime } = await stat(path);
    await putUntil(2, "SIGKILL");
    // Of two concurrent ones, either may have arrived first.
    const at = ((await partsLeft()).at(-1) ?? assert.fail("nothing came")) * PART_BYTES - PART_BYTES;
    content.writeUInt8(content.readUInt8(at) ^ 1, at);
    await writeFile(path, content);
    await utimes(path, atime, mtime);
    assert.match(await goOn([]), /starts over: the file is not the one of the earlier attempt$/m);
    assert.deepEqual(await stored(), [sha(content)]);
    assert.deepEqual(await openUploads(), []);
  });

  test("starts over if the server has dropped the parts", async () => {
    await putUntil(2, "SIGKILL");
    for (const { id } of await openUploads()) await api.ok("/x/v1/uploads/abort", { id });
    await goOn([]);
    assert.deepEqual(await stored(), [sha(content)]);
  });

  test("starts over if its record cannot be read", async () => {
    await putUntil(2, "SIGKILL");
    const folder = join(world.folder, "cache/consigne/uploads");
    for (const name of await readdir(folder)) await writeFile(join(folder, name), "no database");
    await goOn([]);
    assert.deepEqual(await stored(), [sha(content)]);
    for (const { id } of await openUploads()) await api.ok("/x/v1/uploads/abort", { id });
  });

  test("stores two complete files when run twice at once", async () => {
    const both = await Promise.all([1, 2].map(() => world.ok("put", "--keep-both", path, ":/")));
    assert.equal(new Set(both.map(({ stdout }) => stdout)).size, 2);
    assert.deepEqual(await stored(), [sha(content), sha(content)]);
    assert.deepEqual(await openUploads(), []);
  });

  test("stores nothing if the file changes during the upload", async () => {
    const gate = new Gate();
    world.server.faults.add(isPartOf(1), fault.holdAnswer(gate));
    const other = new Gate();
    world.server.faults.add(isPartOf(2), fault.holdAnswer(other));
    const put = world.run("put", path, ":/");
    await Promise.all([gate.reached, other.reached]);
    await writeFile(path, randomBytes(content.length));
    await utimes(path, 1, 1);
    gate.open();
    other.open();
    const { code, stderr } = await put;
    assert.equal(code, 1, stderr);
    assert.match(stderr, /changed while it was being read; nothing of it was kept/);
    assert.deepEqual([await stored(), await openUploads()], [[], []]);
  });

  test("says what is kept when the server stays away, and resumes later", async () => {
    const rule = world.server.faults.add(isPartOf(PARTS), fault.cutBeforeRequest(), { times: Infinity });
    const { code, stderr } = await world.run("put", "--retries", "0", path, ":/");
    assert.equal(code, 9, stderr);
    assert.match(
      stderr,
      /did not arrive: .*\d+ of 25165923 bytes are kept on the server for a week; run it again to continue\./,
    );
    rule.remove();
    await goOn(await partsLeft());
    assert.deepEqual(await stored(), [sha(content)]);
  });

  test("works within put -r and sync", async () => {
    const folder = join(world.folder, `folder ${count}`);
    await mkdir(folder);
    await writeFile(join(folder, "large.bin"), content);
    await writeFile(join(folder, "small.bin"), "small");
    await world.ok("sync", folder, `:/synchronised ${count}`);
    assert.equal(world.server.requests.count(isPart), PARTS);
    world.server.requests.clear();
    await world.ok("sync", folder, `:/synchronised ${count}`);
    assert.equal(world.server.requests.count(isPart) + world.server.requests.count("upload.cgi"), 0);
    await world.ok("put", "-r", folder, ":/");
    assert.equal(world.server.requests.count(isPart), PARTS);
    const back = join(world.folder, `back ${count}`);
    await world.ok("get", "-r", `:/synchronised ${count}`, back);
    assert.equal(sha(await readFile(join(back, `synchronised ${count}`, "large.bin"))), sha(content));
  });
});
