import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BenchRun } from "./bench-run.ts";
import { ConsigneClient } from "./client-run.ts";
import { type CopypartyChild, startCopyparty } from "./copyparty-child.ts";
import { type ClientMemory, type Comparison, compare, type Pair } from "./figures.ts";
import { makeTree, type TreeShape } from "./small-files.ts";
import { runTimed } from "./timed-command.ts";

const REMOTE = ":/tree";
const CONNECTIONS_OF_PEER = 4;
/** The default, which is enough if there is nothing to send. */
const CONNECTIONS_AGAIN = 2;
const FIRST_AIM = 0.25;
const AGAIN_AIM = 0.6;
/** Seconds above a sync that has nothing to do, for the smallest tree. */
const MORE_THAN_EMPTY_AIM = 0.6;

export interface TreeFigures {
  comparisons: Comparison[];
  memory: ClientMemory[];
}

/**
 * Measures `consigne sync` with many small files and without limits, then again without changes, compared with
 * copyparty's client.
 */
export async function measureTrees(run: BenchRun): Promise<TreeFigures> {
  const figures: TreeFigures = { comparisons: [], memory: [] };
  const server = await run.server();
  await using copyparty = await startCopyparty(run.folder);
  const client = await ConsigneClient.open(server, join(run.folder, "home-trees"));
  const empty = join(run.folder, "empty");
  await mkdir(empty);
  for (const [at, { folders, rounds }] of run.plan.trees.entries()) {
    const { syncFilesInFolder: filesInFolder, syncFileBytes: fileBytes } = run.plan;
    const tree = new MeasuredTree(client, copyparty, { folders, filesInFolder, fileBytes });
    for (let round = 0; round < rounds; round += 1) await tree.measure(join(run.folder, "tree"), empty);
    const { comparisons, memory } = tree.figures({ isSmallest: at === 0 });
    figures.comparisons.push(...comparisons);
    figures.memory.push(...memory);
  }
  return figures;
}

class MeasuredTree {
  readonly #client: ConsigneClient;
  readonly #copyparty: CopypartyChild;
  readonly #shape: TreeShape;
  readonly #first: Pair[] = [];
  readonly #again: Pair[] = [];
  readonly #besideEmpty: Pair[] = [];
  readonly #peaks = { first: 0, again: 0 };

  constructor(client: ConsigneClient, copyparty: CopypartyChild, shape: TreeShape) {
    this.#client = client;
    this.#copyparty = copyparty;
    this.#shape = shape;
  }

  async measure(tree: string, empty: string): Promise<void> {
    await makeTree(tree, this.#shape);
    const sync = ["sync", tree, REMOTE];
    await runTimed(["sync"]);
    const peerFirst = await this.#copyparty.send(tree, CONNECTIONS_OF_PEER);
    const peerAgain = await this.#copyparty.send(tree, CONNECTIONS_AGAIN);
    const { folders, filesInFolder, fileBytes } = this.#shape;
    const isWhole = (await this.#copyparty.storedBytes()) >= folders * filesInFolder * fileBytes;
    if (!isWhole) throw new Error("copyparty lacks some of the files.");
    await this.#copyparty.clear();
    await runTimed(["sync"]);
    const nothing = await this.#client.run(["sync", empty, ":/empty"]);
    const first = await this.#client.run(sync);
    const again = await this.#client.run(sync);
    // Proves that the whole tree was stored, by reading every byte again.
    await this.#client.run(["check", tree, REMOTE]);
    await this.#client.run(["rm", "--recursive", "--yes", REMOTE]);
    await rm(tree, { recursive: true });
    this.#first.push({ ours: first.seconds, reference: peerFirst.seconds });
    this.#again.push({ ours: again.seconds, reference: peerAgain.seconds });
    this.#besideEmpty.push({ ours: first.seconds, reference: nothing.seconds });
    this.#peaks.first = Math.max(this.#peaks.first, first.peakBytes);
    this.#peaks.again = Math.max(this.#peaks.again, again.peakBytes);
  }

  figures({ isSmallest }: { isSmallest: boolean }): TreeFigures {
    const { folders, filesInFolder, fileBytes } = this.#shape;
    const name = `\`consigne sync\`, ${folders * filesInFolder} files of ${fileBytes / 1024} KiB`;
    const u2c = `\`u2c -j ${CONNECTIONS_OF_PEER}\``;
    const [unit, again] = ["s", `${name}, nothing changed`] as const;
    const head = { name, unit, referenceName: "sync of an empty folder", judged: "difference" } as const;
    return {
      comparisons: [
        compare({ name, unit, referenceName: u2c, aim: FIRST_AIM }, this.#first),
        ...(isSmallest ? [compare({ ...head, aim: MORE_THAN_EMPTY_AIM }, this.#besideEmpty)] : []),
        compare({ name: again, unit, referenceName: "`u2c`", aim: AGAIN_AIM }, this.#again),
      ],
      memory: [
        { name, peakBytes: this.#peaks.first },
        { name: again, peakBytes: this.#peaks.again },
      ],
    };
  }
}
