import { isEmailAddress } from "../accounts/new-credentials.ts";
import type { NewAuditRecord } from "../audit/audit-record.ts";
import { auditRecord, recordedName } from "../audit/audit-trail.ts";
import { ArgumentError } from "../errors.ts";
import type { AdmittedFolder } from "../folders/folder-access.ts";
import type { Actor } from "../policy/actor.ts";
import type { Permitted } from "../policy/permitted.ts";
import type { Repositories } from "../ports/database.ts";
import type { FolderShare, ShareRights } from "./folder-share.ts";
import type { NewFolderShare } from "./folder-share-repository.ts";

/** Limits for one folder, and for everything an account shares: each share is a row that others read. */
const MOST_OF_FOLDER = 500;
const MOST_OF_ACCOUNT = 10_000;
const LONGEST_EMAIL = 250;
/** Up to this many people get a record each; beyond that, one record gives their number. */
const MOST_RECORDS = 20;

/** Somebody a folder should be shared with. */
export interface PersonRights {
  readonly email: string;
  readonly mayWrite: boolean;
  /** Never together with the right to write, which reveals the links of written files. */
  readonly hidesLinks: boolean;
}

type OwnFolder = Omit<AdmittedFolder, "id"> & { readonly id: Permitted<"folder.use", number> };
type ShareRows = Pick<Repositories, "folderShares" | "audit">;

/** @throws {DomainError} `bad-argument` */
export function checkPeople(people: readonly PersonRights[], actor: Actor): void {
  for (const { email } of people) {
    if (email.length > LONGEST_EMAIL || !isEmailAddress(email))
      throw new ArgumentError("email-invalid", "This is not an e-mail address; nothing was shared.");
    if (actor.kind === "account" && actor.account.email.toLowerCase() === email.toLowerCase())
      throw new ArgumentError("own-address", "This is your own address; nothing was shared.");
  }
}

/**
 * Giving the same rights again is no change, unless the address belongs to somebody else by now. Nobody is told whether
 * an address has an account.
 */
export async function givePeople(
  rows: ShareRows,
  caller: Actor,
  { id, folder }: OwnFolder,
  { people, now }: { people: readonly PersonRights[]; now: Date },
): Promise<void> {
  const before = new Map((await rows.folderShares.listOfFolder(id)).map((share) => [keyOf(share), share]));
  const wanted = new Map(people.map((person) => [keyOf(person), person]));
  const moved = new Set(before.size === 0 ? [] : await rows.folderShares.listMoved(id));
  const changed: NewFolderShare[] = [...wanted.values()].flatMap((person) => {
    const rights = { mayWrite: person.mayWrite && !person.hidesLinks, hidesLinks: person.hidesLinks };
    const known = before.get(keyOf(person));
    if (known !== undefined && isSame(known, rights) && !moved.has(keyOf(person))) return [];
    return { folderId: id, email: person.email, createdAt: now, ...rights };
  });
  if (changed.length === 0) return;
  const added = changed.filter((share) => !before.has(keyOf(share))).length;
  if (before.size + added > MOST_OF_FOLDER)
    throw new ArgumentError(
      "too-many-people",
      `A folder can be shared with at most ${MOST_OF_FOLDER} people; nothing was shared.`,
      MOST_OF_FOLDER,
    );
  if (added > 0 && (await rows.folderShares.countOfOwner(folder.accountId)) + added > MOST_OF_ACCOUNT)
    throw new ArgumentError(
      "too-many-shares",
      `An account can have at most ${MOST_OF_ACCOUNT} shares; nothing was shared. Stop sharing some folders first.`,
      MOST_OF_ACCOUNT,
    );
  await rows.folderShares.put(changed);
  await rows.audit.append(recordsOf(caller, now, { action: "share.give", folder, shares: changed }));
}

/** No error if a share does not exist. */
export async function endPeople(
  rows: ShareRows,
  caller: Actor,
  { id, folder }: OwnFolder,
  { shares, now }: { shares: readonly Pick<FolderShare, "email" | keyof ShareRights>[]; now: Date },
): Promise<void> {
  if (shares.length === 0) return;
  const count = await rows.folderShares.remove(
    id,
    shares.map(({ email }) => email),
  );
  if (count > 0) await rows.audit.append(recordsOf(caller, now, { action: "share.end", folder, shares }));
}

/** Shares with these people, and nobody else. */
export async function setPeople(
  rows: ShareRows,
  caller: Actor,
  admitted: OwnFolder,
  { people, now }: { people: readonly PersonRights[]; now: Date },
): Promise<void> {
  const wanted = new Set(people.map(keyOf));
  const before = await rows.folderShares.listOfFolder(admitted.id);
  await endPeople(rows, caller, admitted, { shares: before.filter((share) => !wanted.has(keyOf(share))), now });
  await givePeople(rows, caller, admitted, { people, now });
}

const keyOf = ({ email }: Pick<FolderShare, "email">): string => email.toLowerCase();

const isSame = (one: ShareRights, other: ShareRights): boolean =>
  one.mayWrite === other.mayWrite && one.hidesLinks === other.hidesLinks;

function recordsOf(
  caller: Actor,
  now: Date,
  change: {
    action: "share.give" | "share.end";
    folder: { id: number; name: string };
    shares: readonly Pick<FolderShare, "email" | keyof ShareRights>[];
  },
): NewAuditRecord[] {
  const { action, folder, shares } = change;
  const name = recordedName(folder.name);
  const record = (details: NewAuditRecord["details"]) =>
    auditRecord(caller, now, { action, objectId: folder.id, details: { name, ...details } });
  if (shares.length > MOST_RECORDS) return [record({ count: shares.length })];
  return shares.map(({ email, mayWrite, hidesLinks }) =>
    record({
      email,
      ...(action === "share.give" ? { right: mayWrite ? "write" : hidesLinks ? "names" : "read" } : {}),
    }),
  );
}
