import { auditRecord } from "../audit/audit-trail.ts";
import { DomainError, type FloodLockedError } from "../errors.ts";
import { Listing, pagesByPosition } from "../listing.ts";
import { countedAddress, countedNetwork } from "../policy/counted-address.ts";
import { type Actor, guest, isAccountActor, type Principal } from "../policy/actor.ts";
import { requireAdministrator } from "../policy/administrator.ts";
import { transactionBy } from "../policy/fresh-actor.ts";
import { permitAdministrator } from "../policy/permitted.ts";
import { type Reader, rightOf, whileRight } from "../policy/reading-right.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { Locker } from "../ports/locker.ts";
import type { Bucket, RateLimiter } from "../ports/rate-limiter.ts";
import { newRecordId } from "../random-ids.ts";
import { type FloodLock, isBan } from "./flood-lock.ts";
import type { LockPosition } from "./flood-lock-repository.ts";
import type { FloodProfile, FloodRule, FloodSubject } from "./flood-profile.ts";
import { durationOf, HeldLocks, type LockSlot } from "./held-locks.ts";
import { type NamedLock, nameOfSubject, withNames } from "./lock-subject.ts";

/** Running or waiting at once, per IPv6 /48. */
const MOST_GUESSES_OF_NETWORK = 200;

/** Locks out callers that call too often. Locks survive a restart; counts do not. */
export class FloodService {
  readonly #database: Database;
  readonly #limiter: RateLimiter;
  readonly #clock: Clock;
  #profile: FloodProfile;
  /** Changes with the profile, so that counts from an earlier one are not mixed in. */
  #round = 0;
  readonly #held: HeldLocks;
  readonly #locker: Pick<Locker, "inTurn">;
  /** Running or waiting, by IPv6 network. */
  readonly #guesses = new Map<string, number>();

  constructor(input: {
    database: Database;
    limiter: RateLimiter;
    locker: Pick<Locker, "inTurn">;
    clock: Clock;
    profile: FloodProfile;
  }) {
    this.#locker = input.locker;
    this.#database = input.database;
    this.#limiter = input.limiter;
    this.#clock = input.clock;
    this.#held = new HeldLocks(input);
    this.#profile = input.profile;
  }

  /** The current limits. */
  get profile(): FloodProfile {
    return this.#profile;
  }

  /** Applies these limits from now on, with fresh counts. Locks stay, and are looked up again. */
  useProfile(profile: FloodProfile): void {
    this.#profile = profile;
    this.#round += 1;
    this.#held.lookAgain();
  }

  /**
   * Counts one call and admits or refuses it. A call during a lock is not counted.
   * @throws {FloodLockedError}
   */
  async admit(actor: Actor, subject: FloodSubject): Promise<void> {
    if (this.#profile.rules.length === 0) return;
    await this.#refuse(actor, subject.operation === "credentials" ? guessing : anyLock);
    const counts: RuleCount[] = [];
    for (const rule of this.#profile.rules) {
      const counted = subjectOf(rule, actor);
      if (counted === undefined || !applies(rule, subject)) continue;
      const detail = rule.detail === undefined ? "" : (subject.detail ?? "");
      const key = [this.#round, rule.reason, rule.per, counted, rule.operation ?? "*", detail].join("|");
      counts.push({ rule, counted, key, limit: rule.limit });
    }
    const broken = await this.#count(counts);
    if (broken !== undefined) throw await this.#lock(broken.rule, broken.counted, broken.key);
  }

  /** Counts for all of these rules, or for none if one is exceeded; returns that one. */
  async #count(counts: readonly RuleCount[]): Promise<RuleCount | undefined> {
    if (counts.length === 0) return undefined;
    const answer = await this.#limiter.consume(counts);
    return answer.isAllowed ? undefined : counts[answer.refusedBy];
  }

  /**
   * For API calls.
   * @throws {FloodLockedError} when the address, account or key is locked out right now
   */
  refuseLocked(actor: Actor): Promise<void> {
    return this.#refuse(actor, anyLock);
  }

  /**
   * For everything else: uploads and pages are not API calls, so a lock for too many calls does not affect them. Nor
   * does the ban of a network, which others share: that only stops guesses.
   * @throws {FloodLockedError} when the address is banned right now
   */
  refuseBanned(actor: Actor): Promise<void> {
    return this.#refuse(actor, banOnly);
  }

  /** Counts a call that was refused, including calls during a lock. Too many lead to a ban. */
  async countRefusal(address: string): Promise<void> {
    const counts: RuleCount[] = [];
    for (const rule of this.#profile.rules) {
      const counted = rule.operation === "refusal" ? subjectOf(rule, guest(address)) : undefined;
      if (counted === undefined) continue;
      if ((await this.#held.isAny()) && (await this.#held.find("ban", counted)) !== undefined) return;
      counts.push({ rule, counted, key: [this.#round, "refusal", counted].join("|"), limit: rule.limit });
    }
    const broken = await this.#count(counts);
    if (broken !== undefined) await this.#lock(broken.rule, broken.counted, broken.key);
  }

  /** True if nobody at all is locked out, so that the caller need not wait for a lookup. */
  get isNobodyHeldOff(): boolean {
    return this.#profile.rules.length === 0 || this.#held.isKnownEmpty;
  }

  async #refuse(actor: Actor, places: readonly HeldPlace[]): Promise<void> {
    if (this.isNobodyHeldOff || !(await this.#held.isAny())) return;
    // In parallel: when the database is busy, each lookup waits its turn.
    const looks = places.map(async ({ slot, rule }) => {
      const subject = subjectOf(rule, actor);
      return subject === undefined ? undefined : this.#held.find(slot, subject);
    });
    const held = (await Promise.all(looks)).find((found) => found !== undefined);
    if (held !== undefined) throw this.#held.errorOf(held);
  }

  /**
   * Checks passwords one at a time per address, and per account that is already known. Otherwise parallel guesses would
   * all be tried before the first is counted, and delay everybody else. A wrong password, for which `check` returns
   * undefined, is counted for the address.
   * @param by who the caller is before this password is checked: known callers do not wait behind strangers
   * @param signal aborts when the caller disconnects: a check that has not begun is skipped
   * @throws {FloodLockedError} when the address was banned while waiting, or by this very guess
   * @throws {DomainError} `too-busy`
   * @throws whatever `check` throws, and the reason of `signal`
   */
  async guess<T>(by: Actor, check: () => Promise<T | undefined>, signal?: AbortSignal): Promise<T | undefined> {
    const from = guest(by.address);
    const judge = async () => {
      await this.#refuse(from, guessing);
      const right = await check();
      if (right === undefined) await this.admit(from, { operation: "credentials" });
      return right;
    };
    if (isAccountActor(by)) return this.#locker.inTurn(`known-guess ${by.account.id}`, judge, signal);
    return this.#guessesOf(countedNetwork(by.address), () =>
      this.#locker.inTurn(`guess ${countedAddress(by.address)}`, judge, signal),
    );
  }

  /** One IPv6 customer has 65,536 addresses of their own to wait with, and must not take all the slots. */
  async #guessesOf<T>(network: string | undefined, guess: () => Promise<T>): Promise<T> {
    if (network === undefined) return guess();
    const count = this.#guesses.get(network) ?? 0;
    if (count >= MOST_GUESSES_OF_NETWORK) {
      throw new DomainError(
        "too-busy",
        "Too many passwords from your network are waiting to be checked; nothing was changed. Try again in a moment.",
      );
    }
    this.#guesses.set(network, count + 1);
    try {
      return await guess();
    } finally {
      const left = (this.#guesses.get(network) ?? 1) - 1;
      if (left === 0) this.#guesses.delete(network);
      else this.#guesses.set(network, left);
    }
  }

  /** For administrators; ordered by when the locks end. @throws {DomainError} what the policy says to others */
  async listActive(by: Principal, reader: Reader = {}): Promise<Listing<NamedLock>> {
    const ask = (caller: Principal) => requireAdministrator(caller, this.#clock);
    ask(by);
    const right = rightOf({ database: this.#database, clock: this.#clock }, by, reader, ask);
    const now = this.#clock.now();
    const read = async (after: LockPosition | undefined, limit: number) =>
      withNames(this.#database, await this.#database.floodLocks.listActive(now, after, limit));
    const pages = pagesByPosition(read, (lock) => lock, Infinity);
    return Listing.from(whileRight(pages, right), async () => NaN, right);
  }

  /** False when there is no such lock. */
  async release(by: Principal, lockId: string): Promise<boolean> {
    const now = this.#clock.now();
    const wasReleased = await transactionBy(this.#database, by, async (rows, caller) => {
      const lock = await rows.floodLocks.release(permitAdministrator(caller, lockId, { now }), now);
      if (lock === undefined) return false;
      const details = { kind: lock.kind, who: await nameOfSubject(rows, lock) };
      await rows.audit.append([auditRecord(caller, now, { action: "lock.release", objectId: lockId, details })]);
      return true;
    });
    this.#held.lookAgain();
    return wasReleased;
  }

  async #lock(rule: FloodRule, subject: string, bucket: string): Promise<FloodLockedError> {
    const now = this.#clock.now();
    const lock = await this.#database.transaction(async (rows) => {
      const earlier = await this.#remembered(rows, rule, subject, now);
      // Parallel calls break the rule together: that is one lock, not one for each.
      const inForce = earlier.find((each) => each.lockedAt <= now && each.lockedUntil > now);
      if (inForce !== undefined) return inForce;
      const lastMs = Math.max(0, ...earlier.slice(0, 1).map(durationOf));
      const newLockRow = newLock(
        rule,
        subject,
        now,
        Math.min(Math.max(rule.lockMs, 2 * lastMs), this.#profile.maxLockMs),
      );
      await rows.floodLocks.create(newLockRow);
      return newLockRow;
    });
    return this.#held.errorOf(this.#held.keep(lock, now, bucket));
  }

  /** Locks that make the next one longer, newest first: bans count for bans, others for others. */
  async #remembered(rows: Repositories, rule: FloodRule, subject: string, now: Date): Promise<FloodLock[]> {
    const { lockMemoryMs, maxLockMs } = this.#profile;
    const rememberedMs = now.getTime() - lockMemoryMs;
    const recent = await rows.floodLocks.listRecent(rule.per, subject, new Date(rememberedMs - maxLockMs));
    return recent.filter(
      (each) =>
        // A lock that an operator lifted does not count.
        each.releasedAt === undefined && each.lockedUntil.getTime() > rememberedMs && isBan(each) === isBan(rule),
    );
  }
}

/** Where a lock may exist, and what about the caller it applies to. */
interface HeldPlace {
  slot: LockSlot;
  rule: Pick<FloodRule, "per" | "isForNetwork">;
}

const banOnly: readonly HeldPlace[] = [{ slot: "ban", rule: { per: "ip" } }];
const guessing: readonly HeldPlace[] = [...banOnly, { slot: "ban", rule: { per: "ip", isForNetwork: true } }];
const anyLock: readonly HeldPlace[] = [
  ...banOnly,
  ...(["ip", "account", "key"] as const).map((per) => ({ slot: per, rule: { per } })),
];

/** How a call counts towards one rule. */
interface RuleCount extends Bucket {
  rule: FloodRule;
  /** Whom it is counted for. */
  counted: string;
}

function newLock(rule: FloodRule, subject: string, now: Date, durationMs: number): FloodLock {
  return {
    id: newRecordId(),
    kind: rule.per,
    subject,
    reason: rule.reason,
    lockedAt: now,
    lockedUntil: new Date(now.getTime() + durationMs),
    releasedAt: undefined,
  };
}

function applies(rule: FloodRule, subject: FloodSubject): boolean {
  if (rule.operation === undefined) return subject.operation !== "credentials";
  if (rule.operation !== subject.operation) return false;
  if (rule.detail === undefined) return true;
  // A call too malformed to have a detail is counted by the other rules.
  if ("eachBut" in rule.detail) return subject.detail !== undefined && subject.detail !== rule.detail.eachBut;
  return rule.detail.is === subject.detail;
}

function subjectOf(rule: Pick<FloodRule, "per" | "isForNetwork">, actor: Actor): string | undefined {
  if (rule.isForNetwork === true) return countedNetwork(actor.address);
  if (rule.per === "ip") return countedAddress(actor.address);
  if (!isAccountActor(actor)) return undefined;
  return rule.per === "account" ? actor.account.id : actor.key?.id;
}
