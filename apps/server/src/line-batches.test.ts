import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mock, test } from "node:test";
import { promisify } from "node:util";
import { LineBatches } from "./line-batches.ts";

function batchesTo(written: string[]): LineBatches {
  const write = (text: string) => void written.push(text);
  return new LineBatches({ write, flush: (done) => done?.(), flushSync: () => {} });
}

test("log lines are written together, one second after the first or once there are many", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const written: string[] = [];
    const batches = batchesTo(written);
    batches.write("one\n");
    mock.timers.tick(999);
    batches.write("two\n");
    assert.deepEqual(written, []);
    mock.timers.tick(1);
    assert.deepEqual(written.splice(0), ["one\ntwo\n"]);
    const line = `${"x".repeat(999)}\n`;
    for (let count = 0; count < 66; count++) batches.write(line);
    assert.deepEqual(written.splice(0), [line.repeat(66)]);
    mock.timers.tick(5000);
    assert.deepEqual(written, []);
  } finally {
    mock.timers.reset();
  }
});

test("a flush writes all pending lines", () => {
  const written: string[] = [];
  const batches = batchesTo(written);
  batches.write("one\n");
  batches.flush(() => written.push("done"));
  assert.deepEqual(written, ["one\n", "done"]);
});

test("the last lines are written even if the process exits at once", async () => {
  const program = `import { createLogger } from ${JSON.stringify(new URL("./logger.ts", import.meta.url).href)};
const logger = createLogger("info");
for (let line = 1; line <= 1000; line++) logger.info({ line }, "said");
process.exit(3);`;
  const ended = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]).catch(
    (error: unknown) => error as { code: number; stdout: string },
  );
  const lines = ended.stdout.trimEnd().split("\n");
  assert.equal("code" in ended && ended.code, 3);
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { line: number }).line),
    Array.from({ length: 1000 }, (_, index) => index + 1),
  );
});

test("many logs add one exit listener", () => {
  batchesTo([]);
  const before = process.listenerCount("exit");
  for (let count = 0; count < 20; count++) batchesTo([]);
  assert.equal(process.listenerCount("exit"), before);
});
