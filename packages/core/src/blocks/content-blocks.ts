import { auditRecord, recordedName } from "../audit/audit-trail.ts";
import { ArgumentError, DomainError } from "../errors.ts";
import type { Checksums } from "../files/checksums.ts";
import type { Blob, StoredFile } from "../files/file.ts";
import { pagesByPosition } from "../listing.ts";
import type { Principal } from "../policy/actor.ts";
import { requireAdministrator } from "../policy/administrator.ts";
import { transactionBy } from "../policy/fresh-actor.ts";
import { permitAdministrator } from "../policy/permitted.ts";
import type { Clock } from "../ports/clock.ts";
import type { TrashedContent } from "../trash/trash.ts";
import type { Database, Repositories } from "../ports/database.ts";
import { newRecordId } from "../random-ids.ts";
import { MOST_VERSIONS } from "../versions/file-version.ts";
import type { ContentBlock } from "./content-block.ts";

const LONGEST_REASON = 1000;

/**
 * Takedowns: the operator names a link, and its content is blocked wherever it is stored and whenever it is uploaded
 * again.
 */
export class ContentBlocks {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #checksums: Checksums;

  constructor(input: { database: Database; clock: Clock; checksums: Checksums }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#checksums = input.checksums;
  }

  /**
   * Like everything here, for administrators only. Also blocks what the file contained before its bytes were replaced:
   * whoever reported the link may have seen that, and its owner could restore it. Blocking again changes nothing and
   * returns the existing block.
   * @returns the block of the link's current content, and those of its older versions, latest first
   * @throws {DomainError} what the policy says to others, `file-not-found`, `bad-argument`
   */
  async block(
    by: Principal,
    fileId: string,
    reason: string,
  ): Promise<{ block: ContentBlock; older: readonly ContentBlock[]; name: string; isNew: boolean }> {
    if (reason.length > LONGEST_REASON) {
      throw new ArgumentError("other", `A reason can have at most ${LONGEST_REASON} characters.`);
    }
    requireAdministrator(by, this.#clock);
    await this.#learnChecksums(fileId);
    const now = this.#clock.now();
    return transactionBy(this.#database, by, async (rows, caller) => {
      const file = await findContent(rows, fileId);
      permitAdministrator(caller, fileId, { now });
      if (file === undefined) throw new DomainError("file-not-found", "There is no file behind this link.");
      const add = async ({ whirlpool, sizeBytes }: Pick<Blob, "whirlpool" | "sizeBytes">) => {
        if (whirlpool === undefined) throw unread();
        const known = await rows.contentBlocks.findByIdentity({ whirlpool, sizeBytes });
        if (known !== undefined) return { block: known, isNew: false };
        const id = permitAdministrator(caller, newRecordId(), { now });
        const block = { id, whirlpool, sizeBytes, fileId, reason, blockedAt: now };
        await rows.contentBlocks.add(block);
        const details = { name: recordedName(file.name), whirlpool, reason };
        await rows.audit.append([auditRecord(caller, now, { action: "file.block", objectId: fileId, details })]);
        return { block, isNew: true };
      };
      const { block, isNew } = await add(file);
      const older: ContentBlock[] = [];
      for (const version of await rows.versions.listByFile(file.id, MOST_VERSIONS)) {
        const { block: its } = await add(version);
        if (its.id !== block.id) older.push(its);
      }
      return { block, older, name: file.name, isNew };
    });
  }

  /** A file that just arrived in parts may have no checksum yet. */
  async #learnChecksums(fileId: string): Promise<void> {
    const file = await findContent(this.#database, fileId);
    if (file === undefined) return;
    for (const content of [file, ...(await this.#database.versions.listByFile(file.id, MOST_VERSIONS))]) {
      if (content.whirlpool !== undefined) continue;
      await this.#checksums.get(content.blobId).catch((cause: unknown) => {
        throw unread(cause);
      });
    }
  }

  /**
   * @param named id of a block, or of a file with that content
   * @throws {DomainError} what the policy says to others, `file-not-found` if nothing of that name is blocked
   */
  async unblock(by: Principal, named: string): Promise<ContentBlock> {
    const now = this.#clock.now();
    return transactionBy(this.#database, by, async (rows, caller) => {
      requireAdministrator(caller, this.#clock);
      const block = await findNamed(rows, named);
      if (block === undefined) {
        throw new DomainError(
          "file-not-found",
          "Nothing is blocked under this link or id; `file list-blocked` lists all.",
        );
      }
      await rows.contentBlocks.remove(permitAdministrator(caller, block.id, { now }));
      const { fileId, whirlpool } = block;
      const name = (await findContent(rows, fileId))?.name;
      const details = { ...(name === undefined ? {} : { name: recordedName(name) }), whirlpool };
      await rows.audit.append([auditRecord(caller, now, { action: "file.unblock", objectId: fileId, details })]);
      return block;
    });
  }

  /** Newest first, at most `limit`. @throws {DomainError} what the policy says to others */
  async list(by: Principal, limit: number): Promise<ContentBlock[]> {
    requireAdministrator(by, this.#clock);
    const blocks: ContentBlock[] = [];
    const read = (after: ContentBlock | undefined, most: number) => this.#database.contentBlocks.list(after, most);
    for await (const page of pagesByPosition(read, (block) => block, limit)) blocks.push(...page);
    return blocks;
  }
}

const unread = (cause?: unknown) =>
  new DomainError("storage-unavailable", "The checksum of this file could not be computed; nothing was blocked.", {
    cause,
  });

/** Looks behind any link of a file, including one that was removed and may be restored. */
async function findContent(
  rows: Pick<Repositories, "files" | "links" | "trash">,
  linkId: string,
): Promise<StoredFile | TrashedContent | undefined> {
  const fileId = (await rows.links.findById(linkId))?.fileId ?? linkId;
  const [trashed] = await rows.trash.findFiles([linkId]);
  return (await rows.files.findById(fileId)) ?? trashed ?? (await rows.trash.findFileOfLink(linkId));
}

async function findNamed(rows: Repositories, named: string): Promise<ContentBlock | undefined> {
  const byId = await rows.contentBlocks.findById(named);
  if (byId !== undefined) return byId;
  const { whirlpool, sizeBytes } = (await findContent(rows, named)) ?? {};
  if (whirlpool === undefined || sizeBytes === undefined) return undefined;
  return rows.contentBlocks.findByIdentity({ whirlpool, sizeBytes });
}
