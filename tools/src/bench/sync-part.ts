import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchRun } from "./bench-run.ts";
import { ConsigneClient } from "./client-run.ts";
import type { SyncReading } from "./figures.ts";
import { folderNames, makeTree } from "./small-files.ts";

/**
 * Runs `consigne sync` on a tree of small files under the limits of 1fichier.com, first and then again without changes,
 * compared with rclone, limited only by its own pacer. rclone sends a part of the tree, since all of it would take an
 * hour. Its figures are scaled, and marked as such.
 */
export async function measureSync(run: BenchRun): Promise<SyncReading> {
  const { syncFolders, syncFilesInFolder, syncFileBytes, syncLimits, rcloneFolders } = run.plan;
  const tree = join(run.folder, "sync-tree");
  await makeTree(tree, { folders: syncFolders, filesInFolder: syncFilesInFolder, fileBytes: syncFileBytes });
  const ours = await measureOurs(run, tree);
  const slice = join(run.folder, "rclone-slice");
  for (const name of folderNames(rcloneFolders)) await cp(join(tree, name), join(slice, name), { recursive: true });
  const rclone = await measureRclone(run, slice);
  const files = syncFolders * syncFilesInFolder;
  const scale = syncFolders / rcloneFolders;
  return { files, folders: syncFolders, fileBytes: syncFileBytes, limits: syncLimits, ours, rclone, scale };
}

async function measureOurs(run: BenchRun, tree: string): Promise<SyncReading["ours"]> {
  await using server = await run.startServer("sync-consigne", { limits: run.plan.syncLimits });
  const client = await ConsigneClient.open(server, join(run.folder, "home-consigne"));
  const first = await client.run(["sync", tree, ":/bench"]);
  const again = await client.run(["sync", tree, ":/bench"]);
  // Proves that the whole tree was stored, by reading every byte again.
  await client.run(["check", tree, ":/bench"]);
  return { first, again };
}

async function measureRclone(run: BenchRun, slice: string): Promise<SyncReading["rclone"]> {
  const home = join(run.folder, "home-rclone");
  await using server = await run.startServer("sync-rclone");
  const client = await ConsigneClient.open(server, home);
  await writeFile(join(home, "rclone.conf"), `[bench]\ntype = fichier\napi_key = ${server.apiKey}\n`);
  const options = ["--retries", "1", "--transfers", "16", "--checkers", "16"];
  const copy = ["run", "--", "rclone", "copy", ...options, slice, "bench:bench"];
  return { first: await client.run(copy), again: await client.run(copy) };
}
