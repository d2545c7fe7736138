import assert from "node:assert/strict";
import { test } from "node:test";
import { isDomainError } from "@consigne/core";
import { type Bench, downloadText, openBench, storedKeys, uploadTexts } from "../_services.ts";

const CONTENTS = ["alpha", "beta", "gamma"];
const GONE = ["file-not-found", "download-token-not-found"] as const;
const HANDS = 4;
const STEPS_EACH = 30;

type Owner = Awaited<ReturnType<Bench["account"]>>;

/** Repeats everything that can be done with files, and checks each time whether the bytes are unchanged. */
class Hand {
  readonly #bench: Bench;
  readonly #owner: Owner;
  readonly #known: Map<string, string>;
  #seed: number;

  constructor(bench: Bench, owner: Owner, known: Map<string, string>, seed: number) {
    this.#bench = bench;
    this.#owner = owner;
    this.#known = known;
    this.#seed = seed;
  }

  async act(): Promise<void> {
    const { files, trash, collector, bytesCollection } = this.#bench.services;
    const fileId = this.#pick([...this.#known.keys()]);
    const steps = [
      () => this.#upload(),
      () => this.#upload(),
      async () => {
        if (fileId === undefined) return;
        const [copy] = await files.copy(this.#owner, [{ fileId }], { destination: "root" });
        if (copy !== undefined) this.#known.set(copy.to.id, this.#known.get(fileId) ?? "");
      },
      async () => void (fileId !== undefined && (await files.remove(this.#owner, [{ reference: { fileId } }]))),
      async () => void (fileId !== undefined && (await this.#requireSame(fileId))),
      async () => {
        const { entries } = await trash.list(this.#owner, { limit: 100 });
        const entry = this.#pick(entries);
        if (entry !== undefined) await trash.restore(this.#owner, [entry.id]);
      },
      async () => void (await trash.empty(this.#owner)),
      async () => void (await collector.collect()),
      async () => void (await bytesCollection.run()),
    ];
    try {
      await this.#pick(steps)?.();
    } catch (error) {
      // Others remove what this one was about to use, and with a file its tokens.
      if (!GONE.some((code) => isDomainError(error, code))) throw error;
    }
  }

  async #upload(): Promise<void> {
    const text = this.#pick(CONTENTS) ?? "";
    const [file] = await uploadTexts(this.#bench, this.#owner, { [`${text}.txt`]: text });
    if (file !== undefined) this.#known.set(file.fileId, text);
  }

  async #requireSame(fileId: string): Promise<void> {
    assert.equal(await downloadText(this.#bench, this.#owner, fileId), this.#known.get(fileId));
  }

  #pick<T>(from: readonly T[]): T | undefined {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return from[this.#seed % from.length];
  }
}

test("bytes stay with their files during simultaneous uploads, copies, removals, restores and cleanups", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const known = new Map<string, string>();
  const hands = Array.from({ length: HANDS }, (_, at) => new Hand(bench, owner, known, 7 + at));
  await Promise.all(
    hands.map(async (hand) => {
      for (let step = 0; step < STEPS_EACH; step += 1) await hand.act();
    }),
  );
  const { files, storageCheck, trash } = bench.services;
  const listed = await (await files.list(owner, "root", {}, {})).all();
  for (const { id } of listed) assert.equal(await downloadText(bench, owner, id), known.get(id));
  const { findings } = await storageCheck.run({ repair: false, isDeep: true });
  assert.deepEqual(findings, []);
  await trash.empty(owner);
  await bench.services.collector.collect();
  assert.equal((await storedKeys(bench)).length, new Set(listed.map(({ whirlpool }) => whirlpool)).size);
});
