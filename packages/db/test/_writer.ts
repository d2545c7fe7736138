/**
 * A separate process that commits rows: `node _writer.ts FILE PREFIX COUNT`. Prints each id on its own line once the
 * row is committed. With COUNT 0 it runs until killed.
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
  // Written straight to the descriptor, because anything a stream still buffers is lost when the process is killed.
  writeSync(1, `${id}\n`);
}
await database.close();
