import assert from "node:assert/strict";
import { once } from "node:events";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { dataFolder, environmentOf, knownAdmin, startProcess } from "./_server-process.ts";

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));
/** Makes a process record each file it loads. Its output would not do: a pipe whose reader waits soon takes no more. */
const notesFiles = (list: string) =>
  `data:text/javascript,${encodeURIComponent(
    'import { registerHooks } from "node:module"; import { appendFileSync } from "node:fs";' +
      `registerHooks({ load: (url, context, next) => { appendFileSync(${JSON.stringify(list)}, url + "\\n"); return next(url, context); } });`,
  )}`;

test("neither a command nor a server loads libraries before they are needed", async (context) => {
  const environment = environmentOf(await dataFolder(context), knownAdmin);
  const lists = await dataFolder(context);
  const [serverList, commandList] = [join(lists, "server"), join(lists, "command")];
  await startProcess(context, { ...environment, NODE_OPTIONS: `--import=${notesFiles(serverList)}` });
  const loadedByServer = await readFile(serverList, "utf8");
  assert.match(loadedByServer, /\/fastify\//);
  assert.doesNotMatch(loadedByServer, /\/nodemailer\//, "the server has sent no mail");
  assert.doesNotMatch(loadedByServer, /\/packages\/sdk\//, "the server imports nothing");
  assert.doesNotMatch(loadedByServer, /\/typebox\//, "only its types are needed");

  const command = spawn(process.execPath, ["--import", notesFiles(commandList), bin, "locks", "list"], {
    env: environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = (await once(command, "close")) as [number | null];
  assert.equal(code, 0);
  const loadedByCommand = await readFile(commandList, "utf8");
  assert.match(loadedByCommand, /\/kysely\//);
  assert.doesNotMatch(
    loadedByCommand,
    /\/(fastify|nodemailer|typebox|packages\/sdk)\//,
    "the command serves no requests",
  );
});
