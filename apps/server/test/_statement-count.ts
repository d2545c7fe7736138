import { StatementSync } from "node:sqlite";

/** The check for commits of other processes, whose timing depends on the clock. */
const LOOK = "pragma data_version";

/** Counts the statements given to SQLite in this process, except checks for other processes' commits. */
export class StatementCount implements Disposable {
  #count = 0;
  readonly #run = StatementSync.prototype.run;
  readonly #all = StatementSync.prototype.all;

  constructor() {
    const noted = ({ sourceSQL }: StatementSync) => {
      if (sourceSQL !== LOOK) this.#count++;
    };
    const [run, all] = [this.#run, this.#all];
    StatementSync.prototype.run = function counted(this: StatementSync, ...values: Parameters<typeof run>) {
      noted(this);
      return run.apply(this, values);
    } as typeof run;
    StatementSync.prototype.all = function counted(this: StatementSync, ...values: Parameters<typeof all>) {
      noted(this);
      return all.apply(this, values);
    } as typeof all;
  }

  /** How many `work` takes. */
  async of(work: () => Promise<unknown>): Promise<number> {
    const before = this.#count;
    await work();
    return this.#count - before;
  }

  [Symbol.dispose](): void {
    StatementSync.prototype.run = this.#run;
    StatementSync.prototype.all = this.#all;
  }
}
