import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { markInitialised, openDataFolder } from "./data-folder.ts";
import { StartError } from "./start-error.ts";

async function folderWith(context: TestContext, ...names: string[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "consigne-data-folder-"));
  context.after(() => rm(directory, { recursive: true, force: true }));
  for (const name of names) {
    if (name.endsWith("/")) await mkdir(join(directory, name));
    else await writeFile(join(directory, name), "x");
  }
  return directory;
}

test("refuses to start in a folder with other files, names some of them and changes nothing", async (context) => {
  const directory = await folderWith(context, "report.odt", "a\nb", "photos/", "music/", ".bashrc");
  await assert.rejects(openDataFolder(directory, { mayCreate: true }), (error) => {
    assert.ok(error instanceof StartError);
    assert.match(error.message, /contains no Consigne data, but other files \("a\\nb", "music", "photos" and 1 more\)/);
    assert.match(error.message, /Point CONSIGNE_DATA_DIR to a new or empty folder/);
    return true;
  });
  assert.equal((await readdir(directory)).length, 5);
});

test("starts in a new folder, an empty one, and at the top of a disk", async (context) => {
  const empty = await folderWith(context);
  const disk = await folderWith(context, "lost+found/", ".Trash-1000/", ".env");
  const begun = await folderWith(context, "server.lock", "server.lock-journal");
  for (const directory of [join(empty, "new", "folder"), await folderWith(context), disk, begun]) {
    const folder = await openDataFolder(directory, { mayCreate: true });
    assert.deepEqual([folder.hasDatabase, folder.isInitialised], [false, false]);
  }
});

test("starts among other files if there is an earlier database", async (context) => {
  const directory = await folderWith(context, "consigne.sqlite", "notes.txt");
  assert.equal((await openDataFolder(directory, { mayCreate: true })).hasDatabase, true);
  await markInitialised(await openDataFolder(directory, { mayCreate: true }));
  assert.equal((await openDataFolder(directory, { mayCreate: true })).isInitialised, true);
});
