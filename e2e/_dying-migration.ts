/**
 * Migrates a database and is killed, as by a power cut, before a given statement: `node _dying-migration.ts FILE
 * NUMBER`. With 0 it prints the number of statements.
 */
import { DatabaseSync, StatementSync } from "node:sqlite";
import { migrateSqlite } from "@consigne/db";

const [file = "", number = "0"] = process.argv.slice(2);
let count = 0;

for (const name of ["all", "run"] as const) {
  const run = StatementSync.prototype[name] as (...values: unknown[]) => unknown;
  const dying = function (this: StatementSync, ...values: unknown[]): unknown {
    count++;
    if (count === Number(number)) process.kill(process.pid, "SIGKILL");
    return run.apply(this, values);
  };
  Object.assign(StatementSync.prototype, { [name]: dying });
}
DatabaseSync.prototype.exec = () => {
  throw new Error("A statement ran that this does not count.");
};

await migrateSqlite(file);
process.stdout.write(`${count}\n`);
