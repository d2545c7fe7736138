import { setImmediate as nextTurn } from "node:timers/promises";
import type { Account } from "../accounts/account.ts";
import { AncestryMemory } from "../folders/ancestry-memory.ts";
import type { GrantSource } from "../folders/folder-access.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import type { FileAccessRows, FileReference } from "./file-access.ts";
import type { StoredFile } from "./file.ts";

/**
 * A row may hold 20 KB of description and access list, so only this many are kept in memory, however many a call names.
 */
const FILES_AHEAD = 125;
/** Access lists are long, and the policy reads those of files read ahead without yielding. */
const FILES_PER_TURN = 16;

/**
 * For calls that name several files: reads them in groups as they are needed, shares reads of what they have in common,
 * and yields to other work in between. A file read ahead is returned once; asking again reads its current state.
 */
export function forManyFiles(
  rows: Pick<Repositories, "accounts" | "files" | "folders" | "folderShares" | "links" | "partUploads">,
  actor: Actor,
  references: readonly FileReference[],
): FileAccessRows {
  const ids = references.flatMap((reference) => ("fileId" in reference ? reference.fileId : []));
  const unread = new Set(ids);
  const readAhead = new Map<string, StoredFile | undefined>();
  const folders = new AncestryMemory(rows.folders);
  const owners = new OwnerMemory(rows.accounts);
  let asked = 0;
  const readNext = async () => {
    const part = [...unread].slice(0, FILES_AHEAD);
    for (const id of part) {
      unread.delete(id);
      readAhead.set(id, undefined);
    }
    const files = await rows.files.findByIds(part);
    for (const file of files) readAhead.set(file.id, file);
    owners.expect(foreignOwners(actor, files));
    await folders.readAhead(ownFolders(actor, files));
  };
  return {
    accounts: owners,
    files: {
      findByName: (folderId, name) => rows.files.findByName(folderId, name),
      findById: async (id) => {
        asked += 1;
        if (asked % FILES_PER_TURN === 0) await nextTurn();
        while (unread.has(id)) await readNext();
        if (!readAhead.has(id)) return rows.files.findById(id);
        const file = readAhead.get(id);
        readAhead.delete(id);
        return file;
      },
    },
    folders,
    folderShares: new GrantMemory(rows.folderShares),
    links: rows.links,
    partUploads: rows.partUploads,
  };
}

/** Only ancestries within the actor's own account are needed. */
function ownFolders(actor: Actor, files: Iterable<StoredFile>): number[] {
  if (!isAccountActor(actor)) return [];
  return [...files].flatMap(({ accountId, folderId }) => (accountId === actor.account.id ? (folderId ?? []) : []));
}

function foreignOwners(actor: Actor, files: Iterable<StoredFile>): string[] {
  const own = isAccountActor(actor) ? actor.account.id : undefined;
  const owners = new Set([...files].flatMap(({ accountId }) => accountId ?? []));
  return [...owners].filter((id) => id !== own);
}

/** Reads the owners of other people's files together, when the first of them is needed. */
class OwnerMemory {
  readonly #accounts: Pick<Repositories["accounts"], "findById" | "findByIds">;
  readonly #known = new Map<string, Promise<Account | undefined>>();
  #expected: readonly string[] = [];

  constructor(accounts: Pick<Repositories["accounts"], "findById" | "findByIds">) {
    this.#accounts = accounts;
  }

  /** Announces the files that were just read. */
  expect(ids: readonly string[]): void {
    this.#expected = ids.filter((id) => !this.#known.has(id));
  }

  findById(id: string): Promise<Account | undefined> {
    if (this.#expected.includes(id)) this.#readExpected();
    return this.#known.get(id) ?? this.#accounts.findById(id);
  }

  #readExpected(): void {
    const ids = this.#expected;
    this.#expected = [];
    const reading = this.#accounts.findByIds(ids);
    for (const id of ids) {
      this.#known.set(
        id,
        reading.then((accounts) => accounts.find((account) => account.id === id)),
      );
    }
  }
}

/** Checks once whether an owner shares anything with the caller, and once for the folders of each ancestry. */
class GrantMemory implements GrantSource {
  readonly #shares: GrantSource;
  readonly #owners = new Map<string, Promise<boolean>>();
  readonly #grants = new Map<string, ReturnType<GrantSource["listGrants"]>>();

  constructor(shares: GrantSource) {
    this.#shares = shares;
  }

  isAnyReceived(accountId: string, ownerId: string): Promise<boolean> {
    const known = this.#owners.get(ownerId) ?? this.#shares.isAnyReceived(accountId, ownerId);
    this.#owners.set(ownerId, known);
    return known;
  }

  listGrants(accountId: string, folderIds: readonly number[]): ReturnType<GrantSource["listGrants"]> {
    const way = folderIds.join(" ");
    const known = this.#grants.get(way) ?? this.#shares.listGrants(accountId, folderIds);
    this.#grants.set(way, known);
    return known;
  }
}
