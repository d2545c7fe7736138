import { DatabaseSync } from "node:sqlite";

/** Another program, which holds the database's write lock from "locked" on stdout until its stdin ends. */
// The server itself may be in the middle of a write.
const database = new DatabaseSync(process.argv[2] ?? "", { timeout: 30_000 });
database.exec("begin immediate");
process.stdout.write("locked\n");
process.stdin.resume().on("end", () => {
  database.exec("rollback");
  database.close();
});
