import assert from "node:assert/strict";
import { test } from "node:test";
import { binPath, cleanVariables, finish } from "./_fixtures.ts";

/** Has a process write each file it loads to its standard output. */
const tellsFiles = `data:text/javascript,${encodeURIComponent(
  'import { registerHooks } from "node:module"; import { writeSync } from "node:fs";' +
    'registerHooks({ load: (url, context, next) => { writeSync(1, "loaded " + url + "\\n"); return next(url, context); } });',
)}`;

test("no command loads what only a server needs, and few load certificates", async (t) => {
  const variables = await cleanVariables(t);
  const loadedBy = async (...args: string[]) => {
    const { code, stdout, stderr } = await finish(
      process.execPath,
      ["--import", tellsFiles, binPath, ...args],
      variables,
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^loaded .*\/commander\//m);
    return stdout;
  };
  assert.doesNotMatch(await loadedBy("config", "list"), /^loaded .*\/(typebox|@peculiar)\//m);
  const run = await loadedBy("run", "--", "true");
  assert.match(run, /^loaded .*\/@peculiar\//m);
  assert.doesNotMatch(run, /^loaded .*\/typebox\//m, "which describe what a server takes");
});
