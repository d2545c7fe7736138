import assert from "node:assert/strict";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { openConsole } from "../site/_console.ts";
import { openChromium } from "../site/_pages.ts";
import { administrator, PackedPrograms } from "./_packed.ts";
import type { StartedServer } from "./_toolchain.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const packages = ["cli", "contract", "sdk", "server", "testkit", "whirlpool"];
/** The libraries come from the registry, unless they are cached on this machine. */
const INSTALL_TIMEOUT_MS = 900_000;
const PAGE_TIMEOUT_MS = 60_000;

/** Single-file programs are made for Linux. */
const isLinux = process.platform === "linux" ? false : "programs in one file are for Linux";

describe("the packages, installed from their tarballs", { skip: isLinux || lacking(["npm", "--version"]) }, () => {
  let packed: PackedPrograms;
  let server: StartedServer;
  let own: Record<string, string>;
  before(
    async () => {
      packed = await PackedPrograms.install();
      server = await packed.serve();
      own = { CONSIGNE_URL: server.url, CONSIGNE_API_KEY: server.apiKey };
    },
    { timeout: INSTALL_TIMEOUT_MS },
  );
  after(async () => {
    await server?.stop();
    await packed?.[Symbol.asyncDispose]();
  });

  const manifestOf = async (name: string) =>
    JSON.parse(await readFile(join(packed.folder, "node_modules/@consigne", name, "package.json"), "utf8")) as Record<
      string,
      unknown
    >;

  it("are the only Consigne packages, and contain no path of the machine that built them", async () => {
    assert.deepEqual((await readdir(join(packed.folder, "node_modules/@consigne"))).toSorted(), packages);
    for (const name of packages) {
      const manifest = await manifestOf(name);
      assert.equal(manifest["license"], "MIT");
      assert.ok(manifest["engines"] !== undefined && manifest["private"] === undefined);
      const files = await readdir(join(packed.built, name), { recursive: true, withFileTypes: true });
      for (const file of files.filter((each) => each.isFile())) {
        const text = await readFile(join(file.parentPath, file.name), "latin1");
        assert.ok(!text.includes(repository), `${name}: ${file.name}`);
      }
    }
    const program = await readFile(packed.singleFile);
    // `buildSingleFiles` bundles it in a folder with this name.
    for (const place of [repository, "/consigne-single-"]) assert.ok(!program.includes(place), place);
  });

  it("print their version", async () => {
    for (const [program, name] of [
      ["consigne", "cli"],
      ["consigne-server", "server"],
    ] as const) {
      const { stdout, stderr, code } = await packed.run(program, ["--version"]);
      const { version } = await manifestOf(name);
      assert.deepEqual([stdout, stderr, code], [`${program} ${String(version)}\n`, "", 0]);
    }
  });

  it("serve the console to a browser", { skip: lacking([chromiumForPages, "--version"]) }, async () => {
    await using browser = await openChromium();
    const context = await browser.newContext();
    context.setDefaultTimeout(PAGE_TIMEOUT_MS);
    const { page, complaints } = await openConsole(context, { url: server.url, ...administrator });
    await page.getByRole("heading", { name: "Files" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  it("sync a folder to the server and back", async () => {
    const source = join(packed.folder, "pictures");
    await mkdir(join(source, "été"), { recursive: true });
    const bytes = Buffer.from(Uint8Array.from({ length: 3_000_001 }, (_, at) => (at * 31) % 256));
    await writeFile(join(source, "été/large.bin"), bytes);
    await writeFile(join(source, "small.txt"), "left luggage");
    const there = await packed.run("consigne", ["sync", "pictures", ":/pictures"], own);
    assert.equal(there.code, 0, there.stderr);
    const back = await packed.run("consigne", ["sync", ":/pictures", "copies"], own);
    assert.equal(back.code, 0, back.stderr);
    assert.ok((await readFile(join(packed.folder, "copies/été/large.bin"))).equals(bytes));
    assert.equal(await readFile(join(packed.folder, "copies/small.txt"), "utf8"), "left luggage");
    const check = await packed.run("consigne", ["check", "pictures", ":/pictures"], own);
    assert.equal(check.code, 0, check.stderr);
  });

  it("sync with the single-file program, without Node.js", async () => {
    const version = await packed.runAlone(["--version"]);
    assert.equal(version.stdout, `consigne ${String((await manifestOf("cli"))["version"])}\n`, version.stderr);
    await mkdir(join(packed.folder, "more"));
    const bytes = Buffer.alloc(2_000_003, "left luggage");
    await writeFile(join(packed.folder, "more/l'été.bin"), bytes);
    const there = await packed.runAlone(["sync", "more", ":/more"], own);
    assert.equal(there.code, 0, there.stderr);
    // Reads the file in a thread.
    const check = await packed.runAlone(["check", "more", ":/more"], own);
    assert.equal(check.code, 0, check.stderr);
    const cat = await packed.run("consigne", ["cat", ":/more/l'été.bin"], own);
    assert.ok(cat.output.equals(bytes), cat.stderr);
  });

  it("start a server inside a test", async () => {
    await copyFile(
      join(repository, "packages/testkit/examples/plain-node.test.ts"),
      join(packed.folder, "tool.test.ts"),
    );
    await writeFile(join(packed.folder, "readme.test.js"), await exampleIn("testkit"));
    const { stdout, code } = await packed.run("node", ["--test", "tool.test.ts", "readme.test.js"]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^. pass 6$/m);
  });

  it("provide the client library, the contract and the checksum to a program", async () => {
    const { folder } = packed;
    await writeFile(join(folder, "contract.js"), `${await exampleIn("contract")}\nprocess.stdout.write("done");\n`);
    await writeFile(join(folder, "whirlpool.js"), await exampleIn("whirlpool"));
    await writeFile(join(folder, "sdk.js"), sdkProgram);
    const contract = await packed.run("node", ["contract.js"]);
    assert.match(contract.stdout, /\/v1\/file\/ls\.cgi[^]*done$/, contract.stderr);
    const whirlpool = await packed.run("node", ["whirlpool.js"]);
    assert.match(whirlpool.stdout, /^4e2448a4c6f486bb16b6562c73b4020b/, whirlpool.stderr);
    const sdk = await packed.run("node", ["sdk.js"], own);
    assert.equal(sdk.stdout, "sent.txt left luggage", sdk.stderr);
  });

  it("include their types", async () => {
    const { folder } = packed;
    await writeFile(join(folder, "stranger.ts"), stranger);
    const types = ["--types", "node", "--typeRoots", join(repository, "node_modules/@types")];
    const language = ["--target", "es2024", "--lib", "es2024,esnext.disposable,esnext.collection"];
    const strict = ["--noEmit", "--strict", "--module", "nodenext", "--ignoreConfig"];
    const compiler = join(repository, "node_modules/.bin/tsc");
    const { stdout, code } = await packed.run(compiler, [...strict, ...language, ...types, "stranger.ts"]);
    assert.equal(code, 0, stdout);
  });

  async function exampleIn(name: string): Promise<string> {
    const text = await readFile(join(packed.folder, "node_modules/@consigne", name, "README.md"), "utf8");
    const [, example] = /```js\n(.*?)```/s.exec(text) ?? [];
    assert.ok(example);
    return example;
  }
});

const sdkProgram = `import { createClient, fromBytes } from "@consigne/sdk";

const client = createClient({ url: process.env.CONSIGNE_URL, apiKey: process.env.CONSIGNE_API_KEY });
const sent = await client.uploads.sendOne(fromBytes("left luggage", { name: "sent.txt" }));
const [{ name }] = (await client.files.list(0)).filter((file) => file.url === sent.url);
const bytes = await client.downloads.bytes(sent.url);
process.stdout.write(name + " " + Buffer.from(bytes).toString("utf8"));
`;

/** Checks declarations as well as their use. */
const stranger = `import { endpoints, type FileLsResponse, parseRequest } from "@consigne/contract";
import { type Client, createClient } from "@consigne/sdk";
import { fault, startFaultyServer, type TestServer } from "@consigne/testkit";
import { loadEngine, Whirlpool } from "@consigne/whirlpool";

export const nameOf = (answer: FileLsResponse): string | undefined => answer.items[0]?.filename;
export const parsed = parseRequest(endpoints.fileLs, {});
// @ts-expect-error there is no such call
export const lost = endpoints.fileLost;
export const clientOf = ({ url, apiKey }: TestServer): Client => createClient({ url, apiKey });
export async function start(): Promise<string> {
  await using server = await startFaultyServer({ limits: "authentic" });
  server.faults.add("api", fault.cutBeforeAnswer());
  await server.seed.file("/a.txt", "a");
  // @ts-expect-error there are no such limits
  await startFaultyServer({ limits: "none" });
  return server.url;
}
export const digest = async (): Promise<string> => new Whirlpool(await loadEngine()).digest();
`;
