import assert from "node:assert/strict";
import { once } from "node:events";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import { dataFolder, environmentOf, knownAdmin, startProcess } from "./_server-process.ts";

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));
/** Has a process write each file it loads to its standard output. */
const tellsFiles = `data:text/javascript,${encodeURIComponent(
  'import { registerHooks } from "node:module"; import { writeSync } from "node:fs";' +
    'registerHooks({ load: (url, context, next) => { writeSync(1, "loaded " + url + "\\n"); return next(url, context); } });',
)}`;

test("neither a command nor a server loads libraries before it needs them", async (context) => {
  const environment = environmentOf(await dataFolder(context), knownAdmin);
  const server = await startProcess(context, { ...environment, NODE_OPTIONS: `--import=${tellsFiles}` });
  assert.match(server.stdout(), /^loaded .*\/fastify\//m);
  assert.doesNotMatch(server.stdout(), /^loaded .*\/nodemailer\//m, "the server has sent no letter");
  assert.doesNotMatch(server.stdout(), /^loaded .*\/packages\/sdk\//m, "the server imports nothing");
  assert.doesNotMatch(server.stdout(), /^loaded .*\/typebox\//m, "only its types are needed");

  const command = spawn(process.execPath, ["--import", tellsFiles, bin, "locks", "list"], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [loaded, [code]] = await Promise.all([text(command.stdout), once(command, "close")]);
  assert.equal(code, 0);
  assert.match(loaded, /^loaded .*\/kysely\//m);
  assert.doesNotMatch(
    loaded,
    /^loaded .*\/(fastify|nodemailer|typebox|packages\/sdk)\//m,
    "the command serves no calls",
  );
});
