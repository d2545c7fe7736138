import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ApiClient, type TestServer } from "@consigne/testkit";
import { cleanVariables, finish } from "../_programs.ts";
import type { RoundTrip } from "./_round-trip.ts";

const build = fileURLToPath(new URL("../../packages/sdk/build/main.ts", import.meta.url));

/** The packed SDK, installed by a stranger: in an empty folder, from the tarball, without a network. */
export class InstalledSdk {
  /** Contains `node_modules` and `round-trip.mjs`. */
  readonly folder: string;
  /** Folder of the package itself. */
  readonly packageFolder: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.packageFolder = join(folder, "node_modules/@consigne/sdk");
  }

  /** Builds, packs and installs below `base`. */
  static async install(base: string): Promise<InstalledSdk> {
    const [built, folder] = [join(base, "built"), join(base, "stranger")];
    await mkdir(folder);
    await run(process.execPath, [build, built], base, base);
    await run("npm", ["pack", "--pack-destination", folder], base, built);
    const [tarball = ""] = await readdir(folder);
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
    const options = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    await run("npm", ["install", ...options, `./${tarball}`], base, folder);
    const program = await readFile(new URL("_round-trip.ts", import.meta.url), "utf8");
    await writeFile(join(folder, "round-trip.mjs"), stripTypeScriptTypes(program));
    await writeFile(join(folder, "terminal.mjs"), terminal);
    return new InstalledSdk(folder);
  }

  /** Makes the round trip in a runtime with a terminal and then checks what is on the server. */
  async proveIn(runtime: string, args: readonly string[], server: TestServer): Promise<void> {
    const home = join(this.folder, "home");
    await mkdir(home, { recursive: true });
    const command = [...args, "terminal.mjs", server.url, server.apiKey];
    const printed = await run(runtime, command, home, this.folder);
    await requireRoundTrip(JSON.parse(printed) as RoundTrip, server);
  }
}

/** The round trip, then another one between files, which browsers do not have. */
const terminal = `import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import * as sdk from "@consigne/sdk";
import { roundTrip } from "./round-trip.mjs";

const [url, apiKey] = process.argv.slice(2);
const trip = await roundTrip(sdk, url, apiKey);
const client = sdk.createClient({ url, apiKey });
const bytes = Uint8Array.from({ length: 3_000_001 }, (_, at) => (at * 31) % 256);
await writeFile("sent.bin", bytes);
const sent = await client.uploads.sendOne(await sdk.fromPath("sent.bin"));
await client.downloads.toFile(sent.url, "fetched.bin");
assert.ok((await readFile("fetched.bin")).equals(bytes));
await client.files.remove([{ url: sent.url }]);
console.log(JSON.stringify(trip));
`;

/** One file is complete, and nothing of the aborted one is there. */
export async function requireRoundTrip(trip: RoundTrip, server: TestServer): Promise<void> {
  assert.deepEqual(
    { ...trip, url: "" },
    { url: "", listed: [["été 1.bin", 300_001]], isSame: true, stoppedWith: "Error: That is enough." },
  );
  const api = new ApiClient(server, server.apiKey);
  const { items } = (await api.ok("file/ls", { folder_id: 0 })) as { items: { filename: string; size: number }[] };
  assert.deepEqual(
    items.map(({ filename, size }) => [filename, size]),
    [["été 1.bin", 300_001]],
  );
  await api.ok("file/rm", { files: [{ url: trip.url }] });
}

async function run(program: string, args: readonly string[], home: string, folder: string): Promise<string> {
  const person = cleanVariables(home);
  // npm runs with the first Node it finds.
  const variables = { ...person, PATH: [dirname(process.execPath), person["PATH"]].join(delimiter) };
  const { code, stdout, stderr } = await finish(program, args, { variables, folder });
  assert.equal(code, 0, `${program} ${args.join(" ")}: ${stderr}${stdout}`);
  return stdout;
}
