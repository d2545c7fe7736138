/**
 * A process of its own that commits without end: `node _writer.ts FILE PREFIX COUNT`. Prints an id on its own line once
 * the row is acknowledged. COUNT 0 means until killed.
 */
import { writeSync } from "node:fs";
import { openSqliteDatabase } from "../src/index.ts";

const [file = "", prefix = "", count = "0"] = process.argv.slice(2);
const database = await openSqliteDatabase({ path: file });
const time = new Date("2026-01-31T09:20:30Z");
for (let index = 0; count === "0" || index < Number(count); index++) {
  const id = `${prefix}${index}`;
  if (index % 2 === 0) {
    await database.uploads.claim(id, time, time);
  } else {
    await database.transaction(async ({ uploads }) => {
      await uploads.claim(id, time, time);
      await uploads.claim(`${id}-twin`, time, time);
    });
  }
  // Straight to the descriptor: what a stream still buffers is lost with the process.
  writeSync(1, `${id}\n`);
}
await database.close();
