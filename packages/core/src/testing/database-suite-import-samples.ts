import type { NewImport, NewImportEntry } from "../imports/import-repository.ts";
import type { Database } from "../ports/database.ts";
import { at, createOwner, may, type Place } from "./database-suite-samples.ts";

export const order = ({ accountId, folderId }: Place, changes: Partial<NewImport> = {}): NewImport => ({
  accountId,
  apiKeyId: "key",
  address: "192.0.2.7",
  rootFolderId: folderId,
  folderId: may(folderId) as never,
  requestedAt: at(0),
  kind: "account",
  sourceUrl: "https://api.1fichier.com/v1",
  sourcePath: "/photos é",
  sealedAccess: "sealed access",
  isPlan: false,
  jobId: "job",
  ...changes,
});

export const entry = (name: string, changes: Partial<NewImportEntry> = {}): NewImportEntry => ({
  isFolder: false,
  parent: 0,
  reference: `https://1fichier.com/?${name}`,
  name,
  folderId: 7,
  sizeBytes: 10,
  whirlpool: "ab".repeat(64),
  state: "open",
  notBefore: at(0),
  messages: [],
  collides: false,
  isMaybePresent: false,
  ...changes,
});

export const due = (seconds = 100, limit = 99) => ({ now: at(seconds), limit });

export async function begun(database: Database, changes: Partial<NewImport> = {}) {
  const { place, account } = await createOwner(database);
  return { id: await database.imports.create(order(place, changes)), place, account };
}
