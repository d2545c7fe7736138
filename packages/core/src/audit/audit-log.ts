import { Listing, LISTING_PAGE, pagesByPosition } from "../listing.ts";
import type { Principal } from "../policy/actor.ts";
import { requireAdministrator } from "../policy/administrator.ts";
import { type Reader, type ReadingRight, rightOf, whileRight } from "../policy/reading-right.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { AuditFilter, AuditPosition, AuditRecord } from "./audit-record.ts";

/** Written when a removal begins, so it is the first record that names an account being removed. */
export const ACCOUNT_REMOVAL = "account.remove";
/** No server removes this many; it only bounds the query. */
const MOST_REMOVALS = 100_000;

/** Reads the audit log. */
export class AuditLog {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(input: { database: Database; clock: Clock }) {
    this.#database = input.database;
    this.#clock = input.clock;
  }

  /** Newest first. @throws {DomainError} what the policy says to non-administrators */
  async list(
    by: Principal,
    { limit, ...filter }: Omit<AuditFilter, "action"> & { limit: number },
    reader: Reader = {},
  ): Promise<Listing<AuditRecord>> {
    const right = this.#rightOf(by, reader);
    return Listing.from(whileRight(this.#pages(filter, limit), right), async () => NaN, right);
  }

  /** Changes made by or to an account, newest first. @throws {DomainError} as `list` */
  async listOfAccount(
    by: Principal,
    accountId: string,
    limit: number,
    reader: Reader = {},
  ): Promise<Listing<AuditRecord>> {
    const right = this.#rightOf(by, reader);
    const pages = newestOf(this.#pages({ accountId }, limit), this.#pagesTo(accountId, limit), limit);
    return Listing.from(whileRight(pages, right), async () => NaN, right);
  }

  /** The e-mail addresses for those ids that belong to accounts, or did: then the last address. */
  async emailsOf(by: Principal, ids: ReadonlySet<string>): Promise<Map<string, string>> {
    this.#rightOf(by, {});
    const { accounts, audit } = this.#database;
    const emails = new Map((await accounts.findByIds([...ids])).map(({ id, email }) => [id, email]));
    for (const id of ids) {
      if (emails.has(id)) continue;
      const [removal] = await audit.list({ action: ACCOUNT_REMOVAL, objectId: id, limit: 1 });
      if (removal !== undefined) emails.set(id, String(removal.details["email"]));
    }
    return emails;
  }

  /** The account with that address: an existing one, else the one removed last. */
  async findAccount(by: Principal, email: string): Promise<string | undefined> {
    const right = this.#rightOf(by, {});
    const present = await this.#database.accounts.findByEmail(email);
    if (present !== undefined) return present.id;
    const wanted = email.toLowerCase();
    for await (const page of whileRight(this.#pages({ action: ACCOUNT_REMOVAL }, MOST_REMOVALS), right)) {
      const removal = page.find(({ details }) => String(details["email"]).toLowerCase() === wanted);
      if (removal !== undefined) return removal.objectId;
    }
    return undefined;
  }

  /** Checked now, and again while a long list is read. */
  #rightOf(by: Principal, reader: Reader): ReadingRight {
    const ask = (caller: Principal) => requireAdministrator(caller, this.#clock);
    ask(by);
    return rightOf({ database: this.#database, clock: this.#clock }, by, reader, ask);
  }

  #pages(filter: AuditFilter, limit: number): AsyncGenerator<AuditRecord[]> {
    const { audit } = this.#database;
    const read = (after: AuditPosition | undefined, most: number) => audit.list({ ...filter, after, limit: most });
    return pagesByPosition(read, (record) => record, limit);
  }

  /** Changes that others made to an account. */
  async *#pagesTo(accountId: string, limit: number): AsyncGenerator<AuditRecord[]> {
    let left = limit;
    for await (const page of this.#pages({ objectId: accountId }, Infinity)) {
      const byOthers = page.filter((record) => record.accountId !== accountId);
      if (byOthers.length > 0) yield byOthers;
      left -= byOthers.length;
      if (left <= 0) return;
    }
  }
}

/** Merges two lists, newest first, page by page. */
async function* newestOf(
  one: AsyncIterable<readonly AuditRecord[]>,
  other: AsyncIterable<readonly AuditRecord[]>,
  limit: number,
): AsyncGenerator<AuditRecord[]> {
  const [ones, others] = [singly(one), singly(other)];
  let [first, second] = [(await ones.next()).value, (await others.next()).value];
  let page: AuditRecord[] = [];
  for (let left = limit; left > 0; left -= 1) {
    const isSecond = first === undefined || (second !== undefined && second.at > first.at);
    const next = isSecond ? second : first;
    if (next === undefined) break;
    page.push(next);
    if (page.length === LISTING_PAGE) {
      yield page;
      page = [];
    }
    if (isSecond) second = (await others.next()).value;
    else first = (await ones.next()).value;
  }
  if (page.length > 0) yield page;
}

async function* singly<T>(pages: AsyncIterable<readonly T[]>): AsyncGenerator<T, undefined> {
  for await (const page of pages) yield* page;
  return undefined;
}
