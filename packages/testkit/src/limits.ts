import { floodReasonOf } from "@consigne/contract";
import {
  type ApiKey,
  type FloodLock,
  type FloodProfile,
  type FloodProfileName,
  floodProfiles,
  secretHash,
  lockReasons,
  newRecordId,
  type Services,
} from "@consigne/core";
import type { InnerServer } from "./inner-server.ts";
import type { TestClock } from "./test-clock.ts";

/** Whom a lock applies to, for how long, and its number on the wire. */
export interface ImposedLock {
  /** Default 30 seconds. */
  forMs?: number;
  /** E-mail address of the account, for the kind `account`; default: the owner's. */
  email?: string;
  /** The key, for the kind `key`; default: the owner's. */
  apiKey?: string;
  /** A number that the wire has for that kind. Default: 374 for an address, 218 for an account, 219 for a key. */
  ruleNumber?: number;
}

const usualNumbers = { ip: 374, account: 218, key: 219 } as const;

/** @throws {Error} no lock of that kind has this number */
function reasonOf(kind: FloodLock["kind"], number: number): FloodLock["reason"] {
  const found = lockReasons.find((reason) => reason === floodReasonOf(kind, number));
  if (found === undefined) throw new Error(`No lock of the kind ${kind} has the number ${number}.`);
  return found;
}

/** Flood control of a running test server. Changes made here also apply after a restart. */
export class Limits {
  readonly #inner: InnerServer;
  readonly #clock: TestClock;
  readonly #owner: { email: string; apiKey: string };
  /** With the values from the settings, if there were any. */
  readonly #atStart: FloodProfile;
  #switched: FloodProfile | undefined;

  constructor(input: { inner: InnerServer; clock: TestClock; owner: { email: string; apiKey: string } }) {
    this.#inner = input.inner;
    this.#clock = input.clock;
    this.#owner = input.owner;
    this.#atStart = input.inner.services.flood.profile;
  }

  /** In force now. @throws {Error} while the server is stopped */
  get profile(): FloodProfile {
    return this.#inner.services.flood.profile;
  }

  /**
   * From now on these limits apply, with all counts at zero. Locks stay (see `releaseAll`); under `off` they have no
   * effect.
   * @param profile a name, or values of your own. The name that the server was started with means the values it was
   * started with, including settings such as `CONSIGNE_LIMIT_REQUESTS_PER_SECOND`
   */
  use(profile: FloodProfileName | FloodProfile): void {
    this.#switched = typeof profile === "string" ? this.#named(profile) : profile;
    this.reapply(this.#inner.services);
  }

  /** Locks in force. */
  async locks(): Promise<FloodLock[]> {
    return (await this.#inner.services.flood.listActive("operator")).all();
  }

  /**
   * Locks an address (this machine's), an account or a key at once, as if it had made too many calls.
   * @throws {Error} limits are `off`, so there are no locks, or no such lock has that number
   */
  async lock(kind: FloodLock["kind"], options: ImposedLock = {}): Promise<FloodLock> {
    if (this.profile.rules.length === 0) {
      throw new Error("Limits are off, so a lock would do nothing; switch them on first: limits.use('authentic').");
    }
    const lockedAt = this.#clock.now();
    const lock: FloodLock = {
      id: newRecordId(),
      kind,
      subject: await this.#subjectOf(kind, options),
      reason: reasonOf(kind, options.ruleNumber ?? usualNumbers[kind]),
      lockedAt,
      lockedUntil: new Date(lockedAt.getTime() + (options.forMs ?? 30_000)),
      releasedAt: undefined,
    };
    await this.#inner.ports.database.floodLocks.create(lock);
    // Makes the server look up the locks again.
    this.#inner.services.flood.useProfile(this.profile);
    return lock;
  }

  /** False if there is no such lock. */
  release(lock: Pick<FloodLock, "id">): Promise<boolean> {
    return this.#inner.services.flood.release("operator", lock.id);
  }

  async releaseAll(): Promise<void> {
    for (const lock of await this.locks()) await this.release(lock);
  }

  /** Called when the server was restarted. */
  reapply(services: Pick<Services, "flood">): void {
    if (this.#switched !== undefined) services.flood.useProfile(this.#switched);
  }

  #named(name: FloodProfileName): FloodProfile {
    return name === this.#atStart.name ? this.#atStart : floodProfiles[name];
  }

  async #subjectOf(kind: FloodLock["kind"], options: ImposedLock): Promise<string> {
    if (kind === "ip") return "127.0.0.1";
    if (kind === "account") {
      return (await this.#inner.services.accounts.getByEmail("operator", options.email ?? this.#owner.email)).id;
    }
    return (await this.#keyOf(options.apiKey ?? this.#owner.apiKey)).id;
  }

  async #keyOf(text: string): Promise<ApiKey> {
    const found = await this.#inner.ports.database.apiKeys.findWithAccountByHash(secretHash(text));
    if (found === undefined) throw new Error("The server knows no such API key.");
    return found.key;
  }
}
