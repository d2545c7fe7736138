import { databaseSuite } from "@consigne/core/testing";
import { openSqliteDatabase } from "../src/index.ts";
import { makeFolderWithTables } from "./_folder.ts";

databaseSuite("SQLite", async () => {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await makeFolderWithTables());
  const open = async () => {
    const database = await openSqliteDatabase({ path: folder.file });
    held.defer(() => database.close());
    return database;
  };
  const held = opened.move();
  return { database: await open(), openBeside: open, [Symbol.asyncDispose]: () => held.disposeAsync() };
});
