import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { after, before, suite, test } from "node:test";
import { Dice } from "../_proof.ts";
import type { Finished } from "../_programs.ts";
import { ServerProcess } from "../_server-process.ts";
import type { OtherMachine } from "./_machine.ts";

const MIB = 1024 ** 2;
const TIMEOUT_MS = 1_800_000;

/** Names that some systems do not allow, or consider equal to another one. */
const hostileNames = [
  "a:b",
  "q?",
  "st*r",
  "pi|pe",
  "a<b>c",
  'say "hi"',
  String.raw`back\slash`,
  "trail.",
  "trail ",
  " lead",
  "...",

  "con",
  "NUL.txt",
  "com1.tar.gz",
  "AUX",
  "x (2)",
  "it's",
  ".part",
  "file.part",
  "-dash",
  "\u00e9",
  "e\u0301",
  "tab\tname",
  "UPPER",
  "upper",
  "long-".repeat(48),
  "日本語",
  "🎉.txt",
];

/** The command line on another kind of machine, with a server on this one. */
export function proveMachine(name: string, start: () => Promise<OtherMachine>, skip: string | false): void {
  suite(`the command line on ${name}`, { skip, timeout: TIMEOUT_MS }, () => {
    let machine: OtherMachine;
    let server: ServerProcess;
    const dice = new Dice();
    before(async () => {
      machine = await start();
      server = await ServerProcess.start({ CONSIGNE_LIMITS: "off" });
    });
    after(async () => {
      await machine?.[Symbol.asyncDispose]();
      await server?.[Symbol.asyncDispose]();
    });

    const consigne = (...args: string[]): Promise<Finished> =>
      machine.consigne(args, { CONSIGNE_URL: server.url, CONSIGNE_API_KEY: server.apiKey });

    async function ok(...args: string[]): Promise<Finished> {
      const finished = await consigne(...args);
      assert.equal(finished.code, 0, `${args.join(" ")}:\n${finished.stdout}${finished.stderr}`);
      return finished;
    }

    async function makeTree(folder: string, files: Readonly<Record<string, Buffer>>): Promise<void> {
      for (const [path, bytes] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), bytes);
      }
    }

    test("prints its version", async () => {
      assert.match((await ok("--version")).stdout, /^consigne \d/);
    });

    for (const [way, sizeBytes] of [
      ["in one request", 5 * MIB + 7],
      ["in parts", 20 * MIB + 3],
    ] as const) {
      test(`sends a file ${way} and gets the same bytes back`, async () => {
        const file = join(machine.folder, `large ${sizeBytes}.bin`);
        const bytes = dice.bytes(sizeBytes);
        await makeTree(machine.folder, { [relative(machine.folder, file)]: bytes });
        const { stderr } = await ok("put", "--verbose", machine.pathOf(file), ":/");
        assert.equal(/in \d+ parts of/.test(stderr), sizeBytes > 16 * MIB, stderr);
        const copy = join(machine.folder, `copy ${sizeBytes}.bin`);
        await ok("get", `:/large ${sizeBytes}.bin`, machine.pathOf(copy));
        assert.equal(digestOf(await readFile(copy)), digestOf(bytes));
      });
    }

    test("syncs a tree to the server and back, and has nothing to do the second time", async () => {
      const files = {
        "one.txt": Buffer.from("one"),
        empty: Buffer.alloc(0),
        "été/à côté.txt": Buffer.from("accents"),
        "deep/er/and/deeper.bin": dice.bytes(300_001),
        "it's/two words.txt": Buffer.from("blanks"),
      };
      const [tree, back] = [join(machine.folder, "tree"), join(machine.folder, "back")];
      await makeTree(tree, files);
      await ok("sync", machine.pathOf(tree), ":/tree");
      const again = await ok("sync", "--json", machine.pathOf(tree), ":/tree");
      assert.equal(stepsOf(again), 0, again.stdout);
      await mkdir(back);
      await ok("sync", ":/tree", machine.pathOf(back));
      const expected = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, digestOf(bytes)]));
      assert.deepEqual(await digestsIn(back), expected);
      assert.equal(stepsOf(await ok("sync", "--json", ":/tree", machine.pathOf(back))), 0);
      await ok("check", machine.pathOf(tree), ":/tree");
    });

    test("resumes an interrupted upload in parts", async () => {
      const file = join(machine.folder, "broken off.bin");
      const bytes = dice.bytes(40 * MIB);
      await writeFile(file, bytes);
      const put = consigne("put", machine.pathOf(file), ":/");
      await Promise.race([arrivalOfParts(server), put.then(({ stderr }) => assert.fail(`ended before: ${stderr}`))]);
      await server.kill();
      assert.notEqual((await put).code, 0);
      await server.start();
      const { stderr } = await ok("put", "--verbose", machine.pathOf(file), ":/");
      assert.match(stderr, /in 5 parts of 8388608 bytes.*; \d already on the server/);
      const copy = join(machine.folder, "broken off copy.bin");
      await ok("get", ":/broken off.bin", machine.pathOf(copy));
      assert.equal(digestOf(await readFile(copy)), digestOf(bytes));
    });

    test("downloads files with hostile names into the given folder only", async () => {
      const { folder_id } = await server.api.ok("folder/mkdir", { name: "hostile", folder_id: 0 });
      const contents: string[] = [];
      for (const hostile of hostileNames) {
        const bytes = Buffer.from(`content of ${hostile}`);
        const links = await server.api.upload({ [hostile]: bytes }, { did: String(folder_id) });
        assert.equal(links.length, 1, hostile);
        contents.push(digestOf(bytes));
      }
      const target = join(machine.folder, "target");
      await mkdir(target);
      const before = await digestsIn(machine.folder);
      const { code, stderr } = await consigne("get", "-r", ":/hostile", machine.pathOf(target));
      const [got, others] = [await digestsIn(join(target, "hostile")), await digestsIn(machine.folder, "target")];
      assert.deepEqual(others, before);
      assert.deepEqual(Object.values(got).toSorted(), contents.toSorted(), stderr);
      assert.equal(code, 0, stderr);
      // Files whose local name differs from the remote one are not downloaded again.
      await ok("get", "-r", ":/hostile", machine.pathOf(target));
      assert.deepEqual(await digestsIn(join(target, "hostile")), got);
    });
  });
}

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function digestsIn(folder: string, except?: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    if (entry.isFile() && path.split("/")[0] !== except) {
      found[path] = digestOf(await readFile(join(folder, path)));
    }
  }
  return found;
}

/** The number of `--json` lines about something done. */
function stepsOf({ stdout }: Finished): number {
  return stdout.split("\n").filter((line) => line.includes('"type":"step"')).length;
}

/** Resolves when the server has a part of the only unfinished upload. */
async function arrivalOfParts(server: ServerProcess): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    assert.ok(Date.now() < deadline, "No part of an upload has arrived.");
    const { uploads } = await server.api.ok("/x/v1/uploads/list", {});
    const [upload] = uploads as { id: string }[];
    if (upload !== undefined) {
      const { parts } = await server.api.ok("/x/v1/uploads/parts", { id: upload.id });
      if ((parts as unknown[]).length > 0) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
