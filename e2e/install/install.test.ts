import assert from "node:assert/strict";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { lacking } from "../_programs.ts";
import { FreshClone, Tools } from "./_toolchain.ts";

/** What people have: Debian 12 and 13, and what comes with each Node.js. The first in a line runs npm. */
const machines = [
  { node: "18.20.8", npm: "9.2.0", canTest: false },
  { node: "20.20.2", npm: "10.8.2", canTest: true },
  { node: "24.21.0", npm: "11.6.2", canTest: true },
];
/** Several hundred megabytes are fetched from the registry and written to a shared disk. */
const INSTALL_TIMEOUT_MS = 900_000;
const isLinux = process.platform === "linux" ? false : "packages of Node.js with the same layout exist for Linux only";

describe("a fresh clone", { skip: isLinux || lacking(["git", "--version"], ["npm", "--version"]) }, () => {
  const tools = new Tools();
  after(() => tools[Symbol.dispose]());

  for (const { node, npm, canTest } of machines) {
    it(
      `installs, starts and accepts a file with Node.js ${node} and npm ${npm}`,
      { timeout: INSTALL_TIMEOUT_MS },
      async () => {
        using clone = await FreshClone.make(tools, { node, npm });
        const install = await clone.run("npm", ["ci"]);
        assert.equal(install.code, 0, install.stderr);

        const server = await clone.start();
        const own = { CONSIGNE_URL: server.url, CONSIGNE_API_KEY: server.apiKey };
        await writeFile(join(clone.folder, "bag.txt"), "left luggage");
        const put = await clone.run("npx", ["--no-install", "consigne", "put", "bag.txt", ":/"], own);
        assert.equal(put.code, 0, put.stderr);
        const cat = await clone.run("npx", ["--no-install", "consigne", "cat", ":/bag.txt"], own);
        assert.deepEqual([cat.stdout, cat.code], ["left luggage", 0], cat.stderr);
        const operator = await clone.run("npx", ["--no-install", "consigne-server", "--help"]);
        assert.match(operator.stdout, /serve/);
        await server.stop();

        const tests = await clone.run("npm", ["test", "--", "native-parts"]);
        if (canTest) {
          assert.equal(tests.code, 0, `${tests.stdout}${tests.stderr}`);
          assert.match(tests.stdout, /tests: passed/);
        } else {
          assert.notEqual(tests.code, 0);
          assert.match(tests.stderr, /install Node\.js 20\.19 or newer/);
        }
      },
    );
  }

  it("says in one sentence what is missing when the bundled Node.js is absent or does not run", async () => {
    using clone = await FreshClone.make(tools, { node: "20.20.2" });
    const modules = join(clone.folder, "node_modules");
    const launcher = join(modules, "@consigne/launcher");
    await mkdir(launcher, { recursive: true });
    await cp(join(clone.folder, "packages/launcher"), launcher, { recursive: true });
    const programs = ["apps/cli/bin/consigne.js", "apps/server/bin/consigne-server.js", "tools/bin/node.js"];

    for (const program of programs) {
      const run = await clone.run("node", [program, "--version"]);
      assert.equal(run.code, 1);
      assert.match(
        run.stderr,
        /^consigne(-server)?: Node\.js 24\.15 or newer is needed, this is 20\.20\.2\. Install .+\n$/,
      );
    }

    // As on a system with another C library: the loader that the program names does not exist.
    const brought = join(modules, `node-${process.platform}-${process.arch}`);
    await mkdir(join(brought, "bin"), { recursive: true });
    await writeFile(join(brought, "package.json"), "{}");
    await writeFile(join(brought, "bin/node"), "#!/lib/no-such-loader\n", { mode: 0o755 });
    for (const program of programs) {
      const run = await clone.run("node", [program, "--version"]);
      assert.equal(run.code, 1);
      assert.match(run.stderr, /^[^\n]+ does not run on this system \(ENOENT\)\. Install [^\n]+\n$/);
    }
    await rm(brought, { recursive: true });
  });
});
