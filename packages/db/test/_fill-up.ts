import { placed } from "@consigne/core/testing";
import { type Database, newFileId } from "@consigne/core";

/**
 * Links the content of `file-0` again while its account stays within `quotaBytes`. Checks and links in one transaction
 * each, as uploads do. Returns how many links were made.
 */
export async function fillUp(database: Database, quotaBytes: number): Promise<number> {
  for (let count = 0; ; count++) {
    const hasRoom = await database.transaction(async ({ files }) => {
      const like = await files.findById("file-0");
      if (like?.accountId === undefined) throw new Error("There is no file to be linked again.");
      const { sizeBytes } = await files.getUsage(like.accountId);
      if (sizeBytes + like.sizeBytes > quotaBytes) return false;
      await files.createMany([placed({ ...like, id: newFileId() })]);
      return true;
    });
    if (!hasRoom) return count;
  }
}
