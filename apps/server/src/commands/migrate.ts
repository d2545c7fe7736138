import { describeSqlite, migrateSqlite } from "@consigne/db";
import type { Command } from "./typed-commander.ts";
import { holdWhereBackup } from "../backup/copying.ts";
import { readConfig } from "../config.ts";
import { openDataFolder } from "../data-folder.ts";
import { loadEnvironmentFile, readEnvironment } from "../env.ts";
import { type CommandOutput, print } from "../operator-output.ts";
import { holdDataFolder } from "../single-server-lock.ts";

export function addMigrate(program: Command, output: CommandOutput): void {
  program
    .command("migrate")
    .summary("update the database to this version")
    .description("update the database to this version; `serve` does the same when it starts")
    .option("--json", "print one JSON document")
    .action(async (options) => {
      loadEnvironmentFile();
      const { config } = readConfig(readEnvironment());
      const folder = await openDataFolder(config.dataDir, { mayCreate: false });
      using held = holdWhereBackup(config.dataDir, folder);
      const { pending } = await describeSqlite(folder.databaseFile);
      // The server of the older version would not know the new tables.
      using _ = held === undefined && pending.length > 0 ? holdDataFolder(folder.lockFile) : undefined;
      const { applied } = await migrateSqlite(folder.databaseFile);
      const text = applied.length === 0 ? "The database is up to date." : `Applied: ${applied.join(", ")}`;
      print(output, options.json === true, { applied }, [text]);
    });
}
