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

/** On whom a lock falls, how long, and the number it bears on the wire. */
export interface ImposedLock {
  /** Default 30 seconds. */
  forMs?: number;
  /** E-mail of the account, for the kind `account`; default the owner. */
  email?: string;
  /** Text of the key, for the kind `key`; default the owner's. */
  apiKey?: string;
  /** One that the wire knows for that kind. Default 374 for an address, 218 for an account, 219 for a key. */
  ruleNumber?: number;
}

const usualNumbers = { ip: 374, account: 218, key: 219 } as const;

/** @throws {Error} for a number that no lock of that kind bears */
function reasonOf(kind: FloodLock["kind"], number: number): FloodLock["reason"] {
  const found = lockReasons.find((reason) => reason === floodReasonOf(kind, number));
  if (found === undefined) throw new Error(`No lock of the kind ${kind} bears the number ${number}.`);
  return found;
}

/** Flood control of a running test server. What is switched here also holds after it was started again. */
export class Limits {
  readonly #inner: InnerServer;
  readonly #clock: TestClock;
  readonly #owner: { email: string; apiKey: string };
  /** With the figures of the settings, if any were given. */
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
   * From now on these limits hold, counted from nothing. Locks stay (see `releaseAll`); under `off` they do nothing.
   * @param profile a name, or figures of one's own. The name the server was started with means the figures it was
   * started with, settings such as `CONSIGNE_LIMIT_REQUESTS_PER_SECOND` included
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
   * Locks an address (this machine's), an account or a key at once, as if it had called too often.
   * @throws {Error} where limits are `off`, which knows no locks, or no such lock bears that number
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
    // Has the locks looked up again.
    this.#inner.services.flood.useProfile(this.profile);
    return lock;
  }

  /** False when there is no such lock. */
  release(lock: Pick<FloodLock, "id">): Promise<boolean> {
    return this.#inner.services.flood.release("operator", lock.id);
  }

  async releaseAll(): Promise<void> {
    for (const lock of await this.locks()) await this.release(lock);
  }

  /** Called when the server was started again. */
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
