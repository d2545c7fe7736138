import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { cleanVariables, finish, lacking } from "./_programs.ts";
import { ServerProcess } from "./_server-process.ts";

let server: ServerProcess;

describe("the first start", { skip: lacking(["curl", "--version"], ["bash", "--version"]) }, () => {
  before(async () => void (server = await ServerProcess.start()));
  after(() => server[Symbol.asyncDispose]());

  it("prints three commands that upload, list and download when pasted as they stand", async () => {
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

  it("prints them only once, and keeps the key", async () => {
    await server.stop();
    await server.start();
    assert.doesNotMatch(server.stdout, /curl |API key|Password/);
    assert.equal((await server.api.call("user/info")).status, 200);
  });
});
