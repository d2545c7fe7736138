/** A separate process that fills an account up: `node _filler.ts FILE QUOTA`. Prints how many links it made. */
import { openSqliteDatabase } from "../src/index.ts";
import { fillUp } from "./_fill-up.ts";

const [path = "", quotaBytes = "0"] = process.argv.slice(2);
const database = await openSqliteDatabase({ path });
process.stdout.write("ready\n");
process.stdout.write(`${await fillUp(database, Number(quotaBytes))}\n`);
await database.close();
