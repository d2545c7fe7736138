import { StatementSync } from "node:sqlite";

/** The look for commits of other processes, of which the clock says when it is due. */
const LOOK = "pragma data_version";

/** Counts the statements that SQLite is given in this process, short of the look for commits of others. */
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
