import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "node:test";
import { cleanVariables, finish, lacking } from "./_programs.ts";
import { ServerProcess } from "./_server-process.ts";
import { until } from "./_until.ts";

let server: ServerProcess;

/** The repository, started as a user would. */
function npmStart(of: ServerProcess) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  return { root, variables: { ...of.variables, CONSIGNE_PORT: "0" } };
}

describe("the commands printed at first start", { skip: lacking(["curl", "--version"], ["bash", "--version"]) }, () => {
  const places: [string, Record<string, string>][] = [
    ["in a Turkish locale", {}],
    ["on an IPv6 address", { CONSIGNE_HOST: "::1" }],
    ["on every address", { CONSIGNE_HOST: "0.0.0.0" }],
  ];
  for (const [where, settings] of places) {
    const hasIpv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === "::1"));
    const skip = settings["CONSIGNE_HOST"] === "::1" && !hasIpv6 ? "this machine has no ::1" : false;
    it(`work ${where}`, { skip }, async () => {
      await using own = await ServerProcess.start(settings);
      const folder = join(own.folder, "paste");
      await mkdir(folder);
      await writeFile(join(folder, "README.md"), "# Read me, ılık içecek\n");
      const commands = own.stdout.split("\n").filter((line) => line.trim().startsWith("curl "));
      for (const command of commands) {
        const variables = { ...cleanVariables(folder), LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" };
        const run = await finish("bash", ["-c", command], { variables, folder });
        assert.equal(run.code, 0, `${command}\n${run.stderr}`);
      }
      assert.equal(await readFile(join(folder, "downloaded"), "utf8"), "# Read me, ılık içecek\n");
    });
  }
});

describe("the first start", { skip: lacking(["curl", "--version"], ["bash", "--version"]) }, () => {
  before(async () => void (server = await ServerProcess.start()));
  after(() => server[Symbol.asyncDispose]());

  it("prints three commands that upload, list and download when pasted unchanged", async () => {
    const folder = join(server.folder, "paste");
    await mkdir(folder);
    await writeFile(join(folder, "README.md"), "# Read me\n");
    const lines = server.stdout.split("\n").map((line) => line.trim());
    const commands = lines.filter((line) => line.startsWith("curl "));
    assert.equal(commands.length, 3, server.stdout);

    const paste = async (command = "") => {
      const run = await finish("bash", ["-c", command], { variables: cleanVariables(folder), folder });
      assert.equal(run.code, 0, `${command}\n${run.stderr}`);
      return run.stdout;
    };
    const report = JSON.parse(await paste(commands[0])) as { links: { filename: string; size: string }[] };
    assert.deepEqual(
      report.links.map(({ filename, size }) => [filename, size]),
      [["README.md", "10"]],
    );
    const listing = JSON.parse(await paste(commands[1])) as { items: { filename: string }[] };
    assert.deepEqual(
      listing.items.map(({ filename }) => filename),
      ["README.md"],
    );
    await paste(commands[2]);
    assert.equal(await readFile(join(folder, "downloaded"), "utf8"), "# Read me\n");
  });

  it("leaves nothing behind when `npm start` is stopped", { skip: lacking(["npm", "--version"]) }, async () => {
    await server.stop();
    const { root, variables } = npmStart(server);
    const npm = spawn("npm", ["start"], { cwd: root, env: variables, stdio: ["ignore", "pipe", "ignore"] });
    const closed = once(npm.stdout, "close");
    await new Promise<void>((resolve) => {
      npm.stdout.on("data", (chunk: Buffer) => String(chunk).includes("Consigne listens on") && resolve());
    });
    // Nobody reads its log any more, as after closing a terminal.
    npm.stdout.destroy();
    npm.kill("SIGTERM");
    await Promise.all([closed, once(npm, "exit")]);
    // It holds the data folder until its very end, so a new start proves that the old process has ended.
    await until("the end of the server that npm started", async () => {
      await server.start();
      return true;
    });
  });

  it("prints the commands only once, and keeps the key", async () => {
    await server.stop();
    await server.start();
    assert.doesNotMatch(server.stdout, /curl |API key|Password/);
    assert.equal((await server.api.call("user/info")).status, 200);
  });
});
