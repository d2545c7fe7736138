import { databaseSuite } from "@consigne/core/testing";
import { openSqliteDatabase } from "../src/index.ts";
import { makeFolder } from "./_folder.ts";

databaseSuite("SQLite", async () => {
  const folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  return {
    database,
    async [Symbol.asyncDispose]() {
      await database.close();
      await folder[Symbol.asyncDispose]();
    },
  };
});
