import type { AuditRecord } from "../audit/audit-record.ts";
import { ArgumentError } from "../errors.ts";
import type { StoredFile } from "../files/file.ts";
import type { Folder } from "../folders/folder.ts";
import type { Import } from "../imports/import.ts";
import type { ApiKey } from "../keys/api-key.ts";
import type { Link } from "../links/link.ts";
import type { AccountActor } from "../policy/actor.ts";
import { requireAllowed } from "../policy/decision.ts";
import { can } from "../policy/policy.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { RemoteItemNow, RemoteRequest } from "../remote/remote-upload.ts";
import { MOST_SESSIONS, type Session } from "../sessions/session.ts";
import type { FolderShare, ReceivedShare } from "../shares/folder-share.ts";
import type { TrashEntry } from "../trash/trash.ts";
import type { Account } from "./account.ts";

/** In export order. */
export const exportParts = [
  "account",
  "folders",
  "files",
  "trash",
  "shares",
  "received",
  "keys",
  "sessions",
  "remote",
  "imports",
  "activity",
] as const;
type ExportPart = (typeof exportParts)[number];

/** Where an export resumes: the part, and the last record of it that was exported. */
export interface ExportCursor {
  readonly part: ExportPart;
  readonly after: readonly (string | number)[];
}

/** One thing in an account. Callers leave out secrets and their hashes. */
export type ExportRecord =
  | { readonly kind: "account"; readonly account: Account }
  | { readonly kind: "folder"; readonly folder: Folder; readonly links: readonly Link[] }
  | { readonly kind: "file"; readonly file: StoredFile; readonly links: readonly Link[] }
  | { readonly kind: "trash"; readonly entry: TrashEntry }
  /** Whom a folder is shared with, and what others share with the account. */
  | { readonly kind: "share"; readonly share: FolderShare }
  | { readonly kind: "received"; readonly share: ReceivedShare }
  | { readonly kind: "key"; readonly key: ApiKey }
  | { readonly kind: "session"; readonly session: Session }
  | { readonly kind: "remote"; readonly request: RemoteRequest; readonly items: readonly RemoteItemNow[] }
  | { readonly kind: "import"; readonly order: Import }
  | { readonly kind: "activity"; readonly record: AuditRecord };

interface Step {
  readonly records: ExportRecord[];
  /** The last record exported; undefined at the end of the part. */
  readonly after: ExportCursor["after"] | undefined;
}

/** Small, because each file can need its links read, or up to a hundred addresses. */
const FILES_PER_STEP = 100;
const ORDERS_PER_STEP = 2;

/** Exports everything in an account except the bytes of its files, page by page, for its owner. */
export class AccountExport {
  readonly #database: Database;
  readonly #clock: Pick<Clock, "now">;

  constructor(input: { database: Database; clock: Pick<Clock, "now"> }) {
    this.#database = input.database;
    this.#clock = input.clock;
  }

  /**
   * For people, not keys, because it includes sessions. Entries that do not move meanwhile are exported exactly once.
   * @param cursor undefined for the beginning
   * @returns at most `limit` records (fewer if they are long), and the cursor of the next page; undefined at the end
   * @throws {DomainError} what the policy says; `bad-argument` for an unknown cursor
   */
  async page(
    by: AccountActor,
    cursor: ExportCursor | undefined,
    limit: number,
  ): Promise<{ records: ExportRecord[]; next: ExportCursor | undefined }> {
    const { account } = by;
    requireAllowed(
      can(by, { action: "session.list", account }, { now: this.#clock.now(), linkPassword: "not-needed" }),
    );
    const records: ExportRecord[] = [];
    let weight = 0;
    let at: ExportCursor | undefined = cursor ?? { part: "account", after: [] };
    while (at !== undefined && weight < limit) {
      const step = await this.#read(account, at, limit - weight);
      records.push(...step.records);
      weight += step.records.reduce((sum, record) => sum + weightOf(record), 0);
      at = step.after === undefined ? beginOf(partAfter(at.part)) : { part: at.part, after: step.after };
    }
    return { records, next: at };
  }

  #read(account: Account, { part, after }: ExportCursor, limit: number): Promise<Step> {
    switch (part) {
      case "account":
        return Promise.resolve({ records: [{ kind: "account", account }], after: undefined });
      case "folders":
        return this.#folders(account.id, after, Math.min(limit, FILES_PER_STEP));
      case "files":
        return this.#files(account.id, after, Math.min(limit, FILES_PER_STEP));
      case "trash":
        return this.#trash(account.id, after, limit);
      case "shares":
        return this.#shares(account.id, after, limit);
      case "received":
        return this.#received(account.id, after, limit);
      case "keys":
        return this.#keys(account.id, after, limit);
      case "sessions":
        return this.#sessions(account.id);
      case "remote":
        return this.#remote(account.id, after, Math.min(limit, ORDERS_PER_STEP));
      case "imports":
        return this.#imports(account.id, after, limit);
      case "activity":
        return this.#activity(account.id, after, limit);
    }
  }

  async #folders(accountId: string, after: ExportCursor["after"], limit: number): Promise<Step> {
    const position = after.length === 0 ? undefined : { levelsBelow: numberAt(after, 0), id: numberAt(after, 1) };
    const page = await this.#database.folders.listByAccount(accountId, { after: position, limit });
    const read = async (folder: (typeof page)[number]): Promise<ExportRecord> => {
      return { kind: "folder", folder, links: await this.#database.links.listOf({ folderId: folder.id }) };
    };
    return readStep(page, { limit, read, positionOf: ({ levelsBelow, id }) => [levelsBelow, id] });
  }

  async #files(accountId: string, after: ExportCursor["after"], limit: number): Promise<Step> {
    const page = await this.#database.files.listByAccount(accountId, { after: timePosition(after), limit });
    const found = new Map(
      (await this.#database.files.findByIds(page.map(({ id }) => id))).map((file) => [file.id, file]),
    );
    const read = async ({ id }: (typeof page)[number]): Promise<ExportRecord | undefined> => {
      const file = found.get(id);
      return file && { kind: "file", file, links: await this.#database.links.listOf({ fileId: id }) };
    };
    return readStep(page, { limit, read, positionOf: ({ createdAt, id }) => [createdAt.getTime(), id] });
  }

  async #trash(accountId: string, after: ExportCursor["after"], limit: number): Promise<Step> {
    const beforeId = after.length === 0 ? undefined : numberAt(after, 0);
    const page = await this.#database.trash.list(accountId, { beforeId, limit });
    const records = page.map((entry): ExportRecord => ({ kind: "trash", entry }));
    return stepOf(records, page, limit, ({ id }) => [id]);
  }

  async #shares(accountId: string, after: ExportCursor["after"], limit: number): Promise<Step> {
    const position = after.length === 0 ? undefined : { folderId: numberAt(after, 0), email: textAt(after, 1) };
    const page = await this.#database.folderShares.listOfOwner(accountId, { after: position, limit });
    const records = page.map((share): ExportRecord => ({ kind: "share", share }));
    return stepOf(records, page, limit, ({ folderId, email }) => [folderId, email]);
  }

  /** What a locked owner shares is hidden, so it is left out here too. */
  async #received(accountId: string, after: ExportCursor["after"], limit: number): Promise<Step> {
    const position = after.length === 0 ? undefined : numberAt(after, 0);
    const page = await this.#database.folderShares.listReceived(accountId, { after: position, limit });
    const seen = page.filter(({ isOwnerLocked }) => !isOwnerLocked);
    const records = seen.map((share): ExportRecord => ({ kind: "received", share }));
    return stepOf(records, page, limit, ({ folderId }) => [folderId]);
  }

  async #keys(accountId: string, after: ExportCursor["after"], limit: number): Promise<Step> {
    const page = await this.#database.apiKeys.listByAccount(accountId, { after: timePosition(after), limit });
    const records = page.map((key): ExportRecord => ({ kind: "key", key }));
    return stepOf(records, page, limit, ({ createdAt, id }) => [createdAt.getTime(), id]);
  }

  async #sessions(accountId: string): Promise<Step> {
    const sessions = await this.#database.sessions.listByAccount(accountId, MOST_SESSIONS);
    return { records: sessions.map((session) => ({ kind: "session", session })), after: undefined };
  }

  async #remote(accountId: string, after: ExportCursor["after"], limit: number): Promise<Step> {
    const owner = { accountId, rootFolderId: undefined };
    const before = after.length === 0 ? undefined : numberAt(after, 0);
    const { remoteUploads } = this.#database;
    const page = await remoteUploads.listRequests(owner, { before, limit });
    const items = Map.groupBy(await remoteUploads.listItems(page.map(({ id }) => id)), ({ item }) => item.requestId);
    const records = page.map((request): ExportRecord => ({
      kind: "remote",
      request,
      items: items.get(request.id) ?? [],
    }));
    return stepOf(records, page, limit, ({ id }) => [id]);
  }

  async #imports(accountId: string, after: ExportCursor["after"], limit: number): Promise<Step> {
    const before = after.length === 0 ? undefined : numberAt(after, 0);
    const page = await this.#database.imports.list({ accountId, rootFolderId: undefined }, { before, limit });
    const records = page.map((order): ExportRecord => ({ kind: "import", order }));
    return stepOf(records, page, limit, ({ id }) => [id]);
  }

  async #activity(accountId: string, after: ExportCursor["after"], limit: number): Promise<Step> {
    const position = after.length === 0 ? undefined : { at: dateAt(after, 0), id: textAt(after, 1) };
    const page = await this.#database.audit.listOfAccount(accountId, { after: position, limit });
    const records = page.map((record): ExportRecord => ({ kind: "activity", record }));
    return stepOf(records, page, limit, ({ at, id }) => [at.getTime(), id]);
  }
}

/** This many characters count as one more record: a file may have a hundred links, each with lists and notes. */
const CHARACTERS_OF_RECORD = 512;

const weightOf = (record: ExportRecord): number => 1 + Math.floor(JSON.stringify(record).length / CHARACTERS_OF_RECORD);

/** Reads as many rows as fit into `limit` together, but at least one. */
async function readStep<Row>(
  page: readonly Row[],
  {
    limit,
    read,
    positionOf,
  }: {
    limit: number;
    read(row: Row): Promise<ExportRecord | undefined>;
    positionOf(row: Row): ExportCursor["after"];
  },
): Promise<Step> {
  const records: ExportRecord[] = [];
  let weight = 0;
  for (const [at, row] of page.entries()) {
    const record = await read(row);
    if (record !== undefined) records.push(record);
    weight += record === undefined ? 0 : weightOf(record);
    if (weight >= limit && at + 1 < page.length) return { records, after: positionOf(row) };
  }
  return stepOf(records, page, limit, positionOf);
}

/** A page that is not full is the last one of its part. */
function stepOf<Row>(
  records: ExportRecord[],
  page: readonly Row[],
  limit: number,
  positionOf: (row: Row) => ExportCursor["after"],
): Step {
  const last = page.length < limit ? undefined : page.at(-1);
  return { records, after: last === undefined ? undefined : positionOf(last) };
}

const partAfter = (part: ExportPart): ExportPart | undefined => exportParts[exportParts.indexOf(part) + 1];
const beginOf = (part: ExportPart | undefined): ExportCursor | undefined =>
  part === undefined ? undefined : { part, after: [] };

const timePosition = (after: ExportCursor["after"]) =>
  after.length === 0 ? undefined : { createdAt: dateAt(after, 0), id: textAt(after, 1) };

function numberAt(after: ExportCursor["after"], at: number): number {
  const value = after[at];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw badCursor();
  return value;
}

function textAt(after: ExportCursor["after"], at: number): string {
  const value = after[at];
  if (typeof value !== "string" || value.length > LONGEST_TEXT) throw badCursor();
  return value;
}

function dateAt(after: ExportCursor["after"], at: number): Date {
  const date = new Date(numberAt(after, at));
  if (Number.isNaN(date.getTime())) throw badCursor();
  return date;
}

/** The longest text is an e-mail address. */
const LONGEST_TEXT = 250;

const badCursor = () => new ArgumentError("other", "This cursor is not from an earlier answer.");
