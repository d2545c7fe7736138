import type { ComparedPage, CounterDeviation } from "../accounts/usage.ts";
import type { Database } from "../ports/database.ts";

const PAGE = 100;

export type CounterFinding = { problem: "counters-differ"; isRepaired: boolean } & CounterDeviation;

/** Recounts everything that is stored as a counter. May run while the server works. */
export async function checkCounters(
  { counters }: Pick<Database, "counters">,
  options: { repair: boolean; signal?: AbortSignal | undefined },
): Promise<CounterFinding[]> {
  const findings: CounterFinding[] = [];
  const walk = async <Id>(page: (after: Id | undefined) => Promise<ComparedPage<Id>>): Promise<void> => {
    let after: Id | undefined;
    do {
      options.signal?.throwIfAborted();
      const { lastId, deviations } = await page(after);
      for (const deviation of deviations) {
        if (options.repair) await counters.recount(deviation);
        findings.push({ problem: "counters-differ", isRepaired: options.repair, ...deviation });
      }
      after = lastId;
    } while (after !== undefined);
  };
  await walk<number>((after) => counters.compareFolders(after, PAGE));
  await walk<string>((after) => counters.compareAccounts(after, PAGE));
  return findings;
}
