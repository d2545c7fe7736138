import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { binPath, cleanVariables, finish, temporaryFolder } from "./_fixtures.ts";

/** Makes a process record each file it loads. Its output would not do: a pipe whose reader waits soon takes no more. */
const notesFiles = (list: string) =>
  `data:text/javascript,${encodeURIComponent(
    'import { registerHooks } from "node:module"; import { appendFileSync } from "node:fs";' +
      `registerHooks({ load: (url, context, next) => { appendFileSync(${JSON.stringify(list)}, url + "\\n"); return next(url, context); } });`,
  )}`;

test("a start loads only the command it runs, nothing that only a server needs, and rarely certificates", async (t) => {
  const variables = await cleanVariables(t);
  const folder = await temporaryFolder(t);
  const loadedBy = async (...args: string[]) => {
    const list = join(folder, args[0] ?? "");
    const { code, stderr } = await finish(
      process.execPath,
      ["--import", notesFiles(list), binPath, ...args],
      variables,
    );
    assert.equal(code, 0, stderr);
    const loaded = await readFile(list, "utf8");
    assert.match(loaded, /\/commander\//);
    return loaded;
  };
  assert.doesNotMatch(
    await loadedBy("--help"),
    /\/(commands\/(?!catalog|command-summaries|index)|packages\/sdk\/src\/(?!pacing\/environment))/,
  );
  const list = await loadedBy("exit-codes");
  assert.match(list, /\/commands\/help-pages\.ts/);
  assert.doesNotMatch(list, /\/commands\/(get|put|ls|run)\.ts/, "a start loads the command that it runs");
  assert.doesNotMatch(await loadedBy("config", "list"), /\/(typebox|@peculiar)\//);
  const run = await loadedBy("run", "--", "true");
  assert.match(run, /\/@peculiar\//);
  assert.doesNotMatch(run, /\/typebox\//, "which describe what a server takes");
});
