import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { TestServer } from "@consigne/testkit";

/** Empties everything stored, and lets the server notice. */
export async function damageAll({ dataDir, services }: Pick<TestServer, "dataDir" | "services">): Promise<void> {
  const { blobRows } = await services.storageCheck.run({ repair: false, isDeep: false });
  const folder = join(dataDir, "bytes", "blobs");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) if (entry.isFile()) await truncate(join(entry.parentPath, entry.name), 0);
  // Small blobs share a file.
  const pack = join(dataDir, "bytes", "packs", "small.sqlite");
  if (existsSync(pack)) {
    const database = new DatabaseSync(pack, { timeout: 10_000 });
    database.exec("begin immediate; update bytes set bytes = x''; update names set size_bytes = 0; commit");
    database.close();
  }
  const { findings } = await services.storageCheck.run({ repair: false, isDeep: false });
  assert.equal(findings.length, blobRows);
}
