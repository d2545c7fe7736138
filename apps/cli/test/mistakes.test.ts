import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { cleanVariables, finish } from "./_fixtures.ts";

/** As people start it, so bundled if that is possible. */
const program = fileURLToPath(new URL("../bin/consigne.js", import.meta.url));
const REPORT = "consigne: this is a bug in consigne; please report it with the lines below.\n";

const inPlaceOfWrite = (body: string) =>
  `data:text/javascript,${encodeURIComponent(`process.stdout.write = () => { ${body} };`)}`;

test("a bug of ours is reported with its places in the source", async (t) => {
  const preload = inPlaceOfWrite('throw new TypeError("no such thing");');
  const { code, stderr } = await finish(
    process.execPath,
    ["--import", preload, program, "exit-codes"],
    await cleanVariables(t),
  );
  assert.equal(code, 1);
  assert.ok(stderr.startsWith(`${REPORT}TypeError: no such thing\n`), stderr);
  assert.match(stderr, /apps\/cli\/src\/command-line\/output\.ts:\d+:\d+/);
  assert.match(stderr, /apps\/cli\/src\/commands\/help-pages\.ts:\d+:\d+/);
});

test("a bug outside of any command is reported the same way", async (t) => {
  const preload = inPlaceOfWrite('setImmediate(() => { throw new TypeError("no such thing"); });');
  const { code, stderr } = await finish(
    process.execPath,
    ["--import", preload, program, "exit-codes"],
    await cleanVariables(t),
  );
  assert.equal(code, 1);
  assert.ok(stderr.startsWith(`${REPORT}TypeError: no such thing\n`), stderr);
});
