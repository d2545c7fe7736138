import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "../check-stage.ts";

/**
 * `node whirlpool-of-file.ts FILE` computes our own Whirlpool on one thread, without anything else. Prints the digest
 * and the seconds.
 */
interface WhirlpoolPackage {
  loadEngine(): Promise<unknown>;
  Whirlpool: new (engine: unknown) => { update(bytes: Uint8Array): void; digest(): string };
}

const BUFFER_BYTES = 1024 * 1024;
const source = pathToFileURL(join(repositoryRoot, "packages/whirlpool/src/index.ts")).href;
const { loadEngine, Whirlpool } = (await import(source)) as WhirlpoolPackage;
const startedAt = performance.now();
const hash = new Whirlpool(await loadEngine());
const file = openSync(process.argv[2] ?? "", "r");
const buffer = new Uint8Array(BUFFER_BYTES);
for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) {
  hash.update(buffer.subarray(0, count));
}
closeSync(file);
const digest = hash.digest();
console.log(`${digest} ${(performance.now() - startedAt) / 1000}`);
