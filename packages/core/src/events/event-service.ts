import { StreamPlaces } from "../downloads/stream-places.ts";
import { DomainError } from "../errors.ts";
import { type AccountActor, type Actor, isAccountActor } from "../policy/actor.ts";
import { freshActor } from "../policy/fresh-actor.ts";
import { requireAllowed } from "../policy/decision.ts";
import { can } from "../policy/policy.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Locker } from "../ports/locker.ts";
import { type AccountChange, CHANGES_KEPT, type NumberedChange } from "./account-change.ts";
import { ChangeWatch } from "./change-watch.ts";
import { isToldTo } from "./told-changes.ts";

/** A stream costs a connection, a timer and a few reads every ten seconds. */
export const MOST_STREAMS = { perAccount: 24, inAll: 1000 };
const CHANGES_PER_READ = 100;

/** An event of a stream; `number` is where to continue after it. */
export type AccountEvent = (AccountChange | { readonly topic: "ready" }) & { readonly number: number };

export interface EventOptions {
  /** The number of the last event seen; undefined to start now. */
  after: number | undefined;
  /** Ends the stream. */
  signal: AbortSignal;
  /** How often the stream checks whether its right has ended. */
  recheckMs: number;
}

/** Tells the watchers of an account what changed in it, but not how: they read the new state with the usual calls. */
export class EventService {
  readonly #database: Database;
  readonly #locker: Locker;
  readonly #clock: Clock;
  readonly #watch: ChangeWatch;

  constructor(input: { database: Database; locker: Locker; clock: Clock }) {
    this.#database = input.database;
    this.#locker = input.locker;
    this.#clock = input.clock;
    this.#watch = new ChangeWatch(input.database);
  }

  /**
   * Checks the limits and opens the stream: first `ready`, or `reset` if the changes since `after` are no longer known,
   * then further changes. Yields an empty list now and then while nothing happens. Always end it.
   * @throws {DomainError} `not-authenticated`, `scope-missing`, `customer-required`, `too-busy`
   */
  async open(actor: Actor, options: EventOptions): Promise<AsyncGenerator<AccountEvent[]>> {
    const caller = this.#requireReader(actor);
    const { id } = caller.account;
    const { perAccount, inAll } = MOST_STREAMS;
    const places = await StreamPlaces.take(this.#locker, [
      { name: `events of ${id}`, most: perAccount, refusal: () => tooManyStreams("of this account") },
      { name: "events", most: inAll, refusal: () => tooManyStreams("on this server") },
    ]);
    return this.#stream(caller, options, places);
  }

  /**
   * The number of the last change so far, 0 before the first. A client that reads the state after this, and then
   * follows changes from this number, misses nothing.
   * @throws {DomainError} `not-authenticated`, `scope-missing`, `customer-required`
   */
  async latest(actor: Actor): Promise<number> {
    return await this.#latest(this.#requireReader(actor).account.id);
  }

  async *#stream(
    actor: AccountActor,
    { after, signal, recheckMs }: EventOptions,
    taken: StreamPlaces,
  ): AsyncGenerator<AccountEvent[]> {
    await using places = taken;
    const { changes } = this.#database;
    const { id } = actor.account;
    using watch = this.#watch.watch(id);
    const latest = await this.#latest(id);
    let number = after ?? latest;
    if (isForgotten(number, latest)) {
      number = latest;
      yield [{ topic: "reset", number }];
    } else yield [{ topic: "ready", number }];
    while (!signal.aborted) {
      await places.keep();
      const found = await changes.list(id, { after: number, limit: CHANGES_PER_READ });
      const last = await this.#latest(id);
      // Checked after the read, so that nobody is told about changes after losing the right.
      const caller = this.#requireReader(await freshActor(this.#database, actor));
      if (isForgotten(number, last)) {
        number = last;
        yield [{ topic: "reset", number }];
        continue;
      }
      number = found.at(-1)?.number ?? number;
      yield await this.#toldOf(caller, found);
      if (found.length < CHANGES_PER_READ) await watch.waitBeyond(number, recheckMs, signal);
    }
  }

  /** @throws {DomainError} what the policy says to callers who may read neither files nor remote uploads */
  #requireReader(actor: Actor): AccountActor {
    const may = (area: "files" | "remote") =>
      can(actor, { action: "api.use", area, right: "read", isForCustomers: true }, this.#context());
    if (!may("remote").isAllowed) requireAllowed(may("files"));
    if (isAccountActor(actor)) return actor;
    throw new DomainError("not-authenticated", "This needs an account.");
  }

  async #toldOf(caller: AccountActor, changes: readonly NumberedChange[]): Promise<AccountEvent[]> {
    const told: AccountEvent[] = [];
    for (const change of changes) {
      if (await isToldTo(this.#database, caller, change, this.#context())) told.push(change);
    }
    return told;
  }

  async #latest(accountId: string): Promise<number> {
    return (await this.#database.changes.listLatest([accountId])).get(accountId) ?? 0;
  }

  #context() {
    return { now: this.#clock.now(), linkPassword: "not-needed" } as const;
  }
}

/** A number that is older than what is kept, or from a time after a backup that was since restored. */
const isForgotten = (number: number, latest: number): boolean => number > latest || latest - number > CHANGES_KEPT;

const tooManyStreams = (where: string) =>
  new DomainError("too-busy", `Too many event streams ${where} are open. Close one, or try again in a moment.`);
