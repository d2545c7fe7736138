import type { Account } from "../accounts/account.ts";
import { AncestryMemory } from "../folders/ancestry-memory.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import type { FileAccessRows, FileReference } from "./file-access.ts";
import type { StoredFile } from "./file.ts";

/**
 * For a call that names several files: they are read together, and what they have in common once. What was read ahead of
 * a file is handed out once; who looks at it again sees it as it stands by then.
 */
export async function forManyFiles(
  rows: Pick<Repositories, "accounts" | "files" | "folders">,
  actor: Actor,
  references: readonly FileReference[],
): Promise<FileAccessRows> {
  const ids = references.flatMap((reference) => ("fileId" in reference ? reference.fileId : []));
  const files = new Map((await rows.files.findByIds(ids)).map((file) => [file.id, file]));
  const asked = new Set(ids);
  const folders = new AncestryMemory(rows.folders);
  await folders.readAhead(ownFolders(actor, files.values()));
  return {
    accounts: new OwnerMemory(rows.accounts, foreignOwners(actor, files.values())),
    files: {
      findByName: (folderId, name) => rows.files.findByName(folderId, name),
      findById: async (id) => {
        const file = asked.delete(id) ? files.get(id) : await rows.files.findById(id);
        files.delete(id);
        return file;
      },
    },
    folders,
  };
}

/** Their owners' ways up are asked for, and nobody else's. */
function ownFolders(actor: Actor, files: Iterable<StoredFile>): number[] {
  if (!isAccountActor(actor)) return [];
  return [...files].flatMap(({ accountId, folderId }) => (accountId === actor.account.id ? (folderId ?? []) : []));
}

function foreignOwners(actor: Actor, files: Iterable<StoredFile>): string[] {
  const own = isAccountActor(actor) ? actor.account.id : undefined;
  const owners = new Set([...files].flatMap(({ accountId }) => accountId ?? []));
  return [...owners].filter((id) => id !== own);
}

/** Reads the owners of foreign files together, when the first of them is asked for. */
class OwnerMemory {
  readonly #accounts: Pick<Repositories["accounts"], "findById" | "findByIds">;
  readonly #ids: readonly string[];
  #known: Promise<Map<string, Account>> | undefined;

  constructor(accounts: Pick<Repositories["accounts"], "findById" | "findByIds">, ids: readonly string[]) {
    this.#accounts = accounts;
    this.#ids = ids;
  }

  async findById(id: string): Promise<Account | undefined> {
    if (!this.#ids.includes(id)) return this.#accounts.findById(id);
    this.#known ??= this.#accounts
      .findByIds(this.#ids)
      .then((accounts) => new Map(accounts.map((account) => [account.id, account])));
    return (await this.#known).get(id);
  }
}
