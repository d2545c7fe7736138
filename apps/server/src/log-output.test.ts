import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { test } from "node:test";

const LINES = 60_000;
const program = `import { createLogger } from ${JSON.stringify(new URL("./logger.ts", import.meta.url).href)};
const logger = createLogger("info", { format: process.argv[1] });
const text = "x".repeat(1000);
for (let line = 1; line <= ${LINES}; line++) {
  logger.info({ line, text }, "said");
  if (line % 100 === 0) await new Promise(setImmediate);
}
process.send("written");
setInterval(() => {}, 60_000);`;

for (const format of ["json", "text"])
  test(`a log that nobody reads is cut short, and later says what was lost (${format})`, async () => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program, format], {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    try {
      await once(child, "message");
      let said = 0;
      let lost = 0;
      let characters = 0;
      for await (const line of createInterface({ input: child.stdout ?? Readable.from([]) })) {
        if (line.includes("said")) said += 1;
        characters += line.length;
        if (line.includes("lines of the log were lost")) {
          lost = Number(/lines"?[=:]\s*"?(\d+)/.exec(line)?.[1]);
          break;
        }
      }
      assert.ok(lost > 0 && characters < 17 * 1024 ** 2, `${characters} characters, ${lost} lines lost`);
      assert.equal(said + lost, LINES);
    } finally {
      child.kill("SIGKILL");
    }
  });
