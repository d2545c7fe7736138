import assert from "node:assert/strict";
import { readdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { TestServer } from "@consigne/testkit";

/** Empties what is stored, and lets the server notice. */
export async function damageAll({ dataDir, services }: Pick<TestServer, "dataDir" | "services">): Promise<void> {
  const { blobRows } = await services.storageCheck.run({ repair: false, isDeep: false });
  const folder = join(dataDir, "bytes", "blobs");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) if (entry.isFile()) await truncate(join(entry.parentPath, entry.name), 0);
  const { findings } = await services.storageCheck.run({ repair: false, isDeep: false });
  assert.equal(findings.length, blobRows);
}
