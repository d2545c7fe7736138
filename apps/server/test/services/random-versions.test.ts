import assert from "node:assert/strict";
import { test } from "node:test";
import { isDomainError } from "@consigne/core";
import { firstSeed, times } from "../_proof.ts";
import { type Bench, downloadText, openBench, storedKeys, uploadTexts } from "../_services.ts";

const STEPS = times({ sample: 120, full: 1200 });
const QUOTA_BYTES = 400;
const TEXT_BYTES = 20;

type Owner = Awaited<ReturnType<Bench["account"]>>;

/** A model of the account: the text of each file, and of each version not seen to be removed. */
class World {
  readonly files = new Map<string, string>();
  readonly removed = new Map<number, { fileId: string; text: string }>();
  readonly versions = new Map<string, Map<number, string>>();
  readonly #bench: Bench;
  readonly #owner: Owner;
  readonly #random: (below: number) => number;
  #made = 0;

  constructor(bench: Bench, owner: Owner, random: (below: number) => number) {
    this.#bench = bench;
    this.#owner = owner;
    this.#random = random;
  }

  async step(): Promise<void> {
    this.#bench.clock.advance(1000);
    const steps = [
      () => this.#add(),
      () => this.#replace(),
      () => this.#replace(),
      () => this.#replace(),
      () => this.#restoreVersion(),
      () => this.#removeVersion(),
      () => this.#remove(),
      () => this.#restore(),
      () => this.#copy(),
    ];
    await steps[this.#random(steps.length)]?.();
  }

  #pick<T>(all: Iterable<T>): T | undefined {
    const list = [...all];
    return list[this.#random(Math.max(1, list.length))];
  }

  /** Undefined if the quota has no room. */
  async #upload(): Promise<{ fileId: string; text: string } | undefined> {
    // Few texts, so that contents are shared and recur.
    const text = String(this.#random(12)).padEnd(TEXT_BYTES, "x");
    try {
      const [file] = await uploadTexts(this.#bench, this.#owner, { [`${this.#made++}.txt`]: text });
      return { fileId: file?.fileId ?? "", text };
    } catch (error) {
      assert.ok(isDomainError(error, "quota-exceeded"), String(error));
      assert.ok((this.files.size + 1) * TEXT_BYTES > QUOTA_BYTES, "everything else had been removed to make room");
      return undefined;
    }
  }

  async #add(): Promise<void> {
    const sent = await this.#upload();
    if (sent !== undefined) this.files.set(sent.fileId, sent.text);
  }

  async #replace(): Promise<void> {
    const fileId = this.#pick(this.files.keys());
    const sent = fileId === undefined ? undefined : await this.#upload();
    if (fileId === undefined || sent === undefined) return;
    const [outcome] = await this.#bench.services.versions.replace(this.#owner, [{ fileId, by: sent.fileId }]);
    const before = this.files.get(fileId) ?? "";
    assert.equal(outcome?.outcome, before === sent.text ? "unchanged" : "done");
    this.files.set(fileId, sent.text);
    if (before !== sent.text) await this.#noteLatest(fileId, before);
  }

  async #noteLatest(fileId: string, text: string): Promise<void> {
    const [latest] = (await this.#bench.services.versions.list(this.#owner, fileId)).versions;
    const known = this.versions.get(fileId) ?? new Map<number, string>();
    this.versions.set(fileId, known.set(latest?.id ?? 0, text));
  }

  async #pickVersion() {
    const fileId = this.#pick([...this.versions.keys()].filter((id) => this.files.has(id)));
    if (fileId === undefined) return undefined;
    const { versions } = await this.#bench.services.versions.list(this.#owner, fileId);
    const version = this.#pick(versions);
    return version === undefined ? undefined : { fileId, id: version.id };
  }

  async #restoreVersion(): Promise<void> {
    const picked = await this.#pickVersion();
    if (picked === undefined) return;
    const { fileId, id } = picked;
    const [now = "", then = ""] = [this.files.get(fileId), this.versions.get(fileId)?.get(id)];
    await this.#bench.services.versions.restore(this.#owner, fileId, id);
    this.files.set(fileId, then);
    if (now !== then) await this.#noteLatest(fileId, now);
  }

  async #removeVersion(): Promise<void> {
    const picked = await this.#pickVersion();
    if (picked === undefined) return;
    assert.equal(await this.#bench.services.versions.remove(this.#owner, picked.fileId, [picked.id]), 1);
  }

  async #remove(): Promise<void> {
    const fileId = this.#pick(this.files.keys());
    if (fileId === undefined) return;
    await this.#bench.services.files.remove(this.#owner, [{ reference: { fileId } }]);
    const [entry] = (await this.#bench.services.trash.list(this.#owner, { limit: 1 })).entries;
    this.removed.set(entry?.id ?? 0, { fileId, text: this.files.get(fileId) ?? "" });
    this.files.delete(fileId);
  }

  async #restore(): Promise<void> {
    const { entries } = await this.#bench.services.trash.list(this.#owner, { limit: 100 });
    const entry = this.#pick(entries);
    if (entry === undefined) return;
    const [outcome] = await this.#bench.services.trash.restore(this.#owner, [entry.id]);
    assert.equal(outcome?.outcome, "done");
    const { fileId, text } = this.removed.get(entry.id) ?? assert.fail();
    this.files.set(fileId, text);
  }

  async #copy(): Promise<void> {
    const fileId = this.#pick(this.files.keys());
    if (fileId === undefined) return;
    try {
      const options = { destination: "root", newName: `${this.#made++}` } as const;
      const [copy] = await this.#bench.services.files.copy(this.#owner, [{ fileId }], options);
      this.files.set(copy?.to.id ?? "", this.files.get(fileId) ?? "");
    } catch (error) {
      assert.ok(isDomainError(error, "quota-exceeded"), String(error));
    }
  }

  /** Every file has its bytes, every listed version those of its time, and everything is counted correctly. */
  async check(): Promise<void> {
    const { services } = this.#bench;
    for (const [fileId, text] of this.files) assert.equal(await downloadText(this.#bench, this.#owner, fileId), text);
    let listed = 0;
    for (const fileId of this.files.keys()) {
      for (const { id, sizeBytes } of (await services.versions.list(this.#owner, fileId)).versions) {
        const text = this.versions.get(fileId)?.get(id) ?? assert.fail("a version that nobody made");
        assert.equal(await downloadText(this.#bench, this.#owner, fileId, id), text);
        listed += sizeBytes;
      }
    }
    const usage = await services.accounts.getUsage(this.#owner.account);
    assert.equal(usage.sizeBytes, this.files.size * TEXT_BYTES);
    assert.ok(usage.versionBytes >= listed);
    assert.ok(usage.countedBytes <= QUOTA_BYTES, `${usage.countedBytes} bytes are counted`);
    const { findings } = await services.storageCheck.run({ repair: false, isDeep: false });
    assert.deepEqual(findings, []);
  }
}

/** The same numbers for the same seed (mulberry32). */
function randomSource(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

test(`random replacements, restores and removals lose nothing and count nothing wrong (CONSIGNE_SEED=${firstSeed})`, async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  await bench.services.accounts.setQuota("operator", owner.account, QUOTA_BYTES);
  const account = await bench.ports.database.accounts.findById(owner.account.id);
  assert.ok(account);
  const world = new World(bench, { ...owner, account }, randomSource(firstSeed));
  for (let step = 1; step <= STEPS; step++) {
    await world.step();
    if (step % 20 === 0) await world.check();
  }
  await bench.services.trash.empty(owner);
  for (const fileId of world.files.keys()) await bench.services.versions.remove(owner, fileId, "all");
  const usage = await bench.services.accounts.getUsage(owner.account);
  assert.equal(usage.countedBytes, usage.sizeBytes);
  assert.equal((await storedKeys(bench)).length, new Set(world.files.values()).size);
  await world.check();
});
