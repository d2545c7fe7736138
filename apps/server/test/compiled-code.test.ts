import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const program = fileURLToPath(new URL("../bin/consigne-server.js", import.meta.url));
const run = promisify(execFile);

describe("the server's compiled code", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "consigne-compiled-"));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  const help = (cache: string) =>
    run(process.execPath, ["--no-warnings", program, "--help"], {
      env: { PATH: process.env["PATH"], HOME: folder, XDG_CACHE_HOME: cache },
    });

  test("is kept for the next start, in the user's cache folder", async () => {
    await help(join(folder, "cache"));
    const kept = await readdir(join(folder, "cache/consigne/compiled"), { recursive: true });
    assert.ok(kept.length > 1, kept.join());
  });

  test("is not kept if the cache folder cannot be written, without a message", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    const { stdout, stderr } = await help(file);
    assert.match(stdout, /consigne-server/);
    assert.equal(stderr, "");
  });
});
