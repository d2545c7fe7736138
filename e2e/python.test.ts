import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { cleanVariables, finish, lacking, python } from "./_programs.ts";
import { ServerProcess } from "./_server-process.ts";

const consigne = fileURLToPath(new URL("../apps/cli/bin/consigne.js", import.meta.url));
const scripts = fileURLToPath(new URL("clients", import.meta.url));

/** With the server's own address, and with the host names of 1fichier.com through `consigne run`. */
const ways = ["native", "drop-in"] as const;

let server: ServerProcess;

async function runScript(
  way: (typeof ways)[number],
  folder: string,
  script: string,
  ...args: string[]
): Promise<string> {
  const program = [python, "-B", join(scripts, script), ...args];
  const person = { ...cleanVariables(folder), API_KEY: server.apiKey };
  const run =
    way === "native"
      ? await finish(python, program.slice(1), { variables: { ...person, API_URL: `${server.url}/v1` }, folder })
      : await finish(process.execPath, [consigne, "run", "--", ...program], {
          variables: { ...person, CONSIGNE_URL: server.url, CONSIGNE_CONFIG_DIR: join(folder, "consigne") },
          folder,
        });
  assert.equal(run.code, 0, `${script}: ${run.stderr}`);
  return run.stdout;
}

describe("Python's requests", { skip: lacking([python, "-c", "import requests"]) }, () => {
  before(async () => void (server = await ServerProcess.start()));
  after(() => server[Symbol.asyncDispose]());

  for (const way of ways) {
    it(`uploads, manages and downloads files the ${way} way`, async () => {
      const folder = join(server.folder, way);
      await mkdir(folder);
      const bytes = randomBytes(200_001);
      await writeFile(join(folder, "données.bin"), bytes);
      await writeFile(join(folder, "second.txt"), "second");

      const printed = await runScript(way, folder, "upload.py", "données.bin", "second.txt");
      const { links } = JSON.parse(printed) as { links: { download: string; filename: string; size: string }[] };
      assert.deepEqual(
        links.map(({ filename, size }) => [filename, size]),
        [
          ["données.bin", "200001"],
          ["second.txt", "6"],
        ],
      );
      const [oneCall, name] = (await runScript(way, folder, "one_call.py", "données.bin")).split("\n");
      assert.match(oneCall ?? "", /\/\?[a-z0-9]{20}$/);
      assert.equal(name, "données.bin");
      const link = links[0]?.download ?? "";
      const left = JSON.parse(await runScript(way, folder, "manage.py", link, `made by python, ${way}`)) as string[];
      assert.deepEqual(left, ["renamed é.bin"]);
      await runScript(way, folder, "download.py", link, "back.bin");
      assert.ok((await readFile(join(folder, "back.bin"))).equals(bytes));
    });
  }
});
