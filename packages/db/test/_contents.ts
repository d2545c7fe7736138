import { may } from "@consigne/core/testing";
import type { Database, DownloadToken } from "@consigne/core";

const time = new Date("2026-01-31T09:20:30Z");

/** An account with two folders, one file in its root and two in a folder. */
export async function createContents(
  database: Database,
): Promise<{ accountId: string; rootId: number; innerId: number }> {
  const account = await database.accounts.create({
    id: "owner",
    email: "owner@example.org",
    passwordHash: "$",
    planId: "unlimited",
    planEndsAt: undefined,
    quotaBytes: undefined,
    isAdmin: false,
    isLocked: false,
    removesAt: undefined,
    settings: {} as never,
    createdAt: time,
  });
  const share = { publicShareId: undefined, sharePasswordHash: undefined };
  const place = { accountId: account.id, createdAt: time, ...share };
  const inner = await database.folders.create({ ...place, parentId: may(account.rootFolderId), name: "inner" });
  await database.folders.create({ ...place, parentId: may(inner.id), name: "innermost" });
  await database.blobs.createMany([
    {
      id: "content",
      key: "bytes",
      whirlpool: "w",
      sizeBytes: 5,
      createdAt: time,
      damagedAt: undefined,
    },
  ]);
  for (const [index, folderId] of [account.rootFolderId, inner.id, inner.id].entries()) {
    await database.files.createMany([
      {
        id: `file-${index}`,
        accountId: account.id,
        folderId: may(folderId),
        name: "a",
        blobId: "content",
        blobKey: "bytes",
        isDamaged: false,
        isBlocked: false,
        sizeBytes: 5,
        whirlpool: "w",
        contentType: "text/plain",
        domain: 0,
        description: "",
        passwordHash: undefined,
        accessList: undefined,
        isInline: false,
        isSslDisabled: false,
        isCdn: false,
        removalCode: "code",
        createdAt: time,
      },
    ]);
  }
  return { accountId: account.id, rootId: account.rootFolderId, innerId: inner.id };
}

/** For a file of `createContents`. */
export const tokenOf = (hash: string, accountId: string): DownloadToken => ({
  hash,
  fileId: "file-0",
  blobId: "content",
  linkId: undefined,
  archive: undefined,
  accountId,
  apiKeyId: undefined,
  sessionId: undefined,
  isInline: false,
  isSingle: false,
  createdAt: time,
  startBefore: time,
  expiresAt: time,
  startedAt: undefined,
  clientAddress: undefined,
});
