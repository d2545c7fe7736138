import type { JobAttempt } from "../jobs/job-kind.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { sweepTrash } from "../trash/trash-sweep.ts";
import type { BytesRemover } from "./bytes-remover.ts";
import { noteRun } from "./quiet-start.ts";

const ENTRIES_PER_STEP = 250;
/** Per run; the next one continues. */
const MOST_STEPS = 2000;
/** Topic of its notes. */
const TRASH_TOPIC = "trash";

/**
 * Permanently removes what has been in the trash for long enough, expired older versions, and whatever ended otherwise.
 */
export class TrashEmptying {
  readonly #database: Database;
  readonly #remover: BytesRemover;
  readonly #clock: Clock;

  constructor(input: { database: Database; remover: BytesRemover; clock: Clock }) {
    this.#database = input.database;
    this.#remover = input.remover;
    this.#clock = input.clock;
  }

  async run(attempt: JobAttempt): Promise<void> {
    const now = this.#clock.now();
    const isQuiet = await noteRun(this.#database, attempt, { topic: TRASH_TOPIC, now });
    await this.#repeat(attempt, "entries ended", () =>
      isQuiet ? Promise.resolve(0) : attempt.commit((rows) => rows.trash.endDue(now, ENTRIES_PER_STEP)),
    );
    await this.#repeat(attempt, "versions ended", () =>
      isQuiet ? Promise.resolve(0) : attempt.commit((rows) => rows.versions.endDue(now, ENTRIES_PER_STEP)),
    );
    await this.#repeat(attempt, "rows swept", () => attempt.commit((rows) => sweepTrash(rows, { now })));
    this.#remover.wake();
  }

  async #repeat(attempt: JobAttempt, name: string, work: () => Promise<number>): Promise<void> {
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      attempt.signal.throwIfAborted();
      if ((await work()) === 0) return;
      await attempt.step(name);
    }
  }
}
