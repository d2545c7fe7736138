import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "./check-stage.ts";

interface Figures {
  comparisons: { name: string; referenceName: string; ours: Median; reference: Median }[];
  sync: { ours: { first: Sync }; rclone: { first: Sync }; scale: number }[];
  pages: { name: string; figure: Median }[];
}
interface Median {
  median: number;
}
interface Sync {
  seconds: number;
  calls: number;
}

const grouped = (value: number) => Math.round(value).toLocaleString("en");

function found<T>(all: readonly T[], what: string, isIt: (each: T) => boolean): T {
  const one = all.find(isIt);
  assert.ok(one, `docs/performance.json has no ${what}`);
  return one;
}

test("the README shows the latest measured figures", async () => {
  const readme = (await readFile(join(repositoryRoot, "README.md"), "utf8")).replace(/\s+/g, " ");
  const figures = JSON.parse(await readFile(join(repositoryRoot, "docs/performance.json"), "utf8")) as Figures;
  const sync = found(figures.sync, "sync", () => true);
  const get = found(
    figures.comparisons,
    "get beside curl and openssl",
    ({ referenceName }) => referenceName === "curl, and openssl dgst then",
  );
  const million = found(figures.pages, "folder of a million", ({ name }) =>
    name.includes("1000000 files: first rows after the click"),
  );
  const { ours, rclone, scale } = sync;
  for (const told of [
    `uploads 2,000 files of 10 KiB in ${grouped(ours.first.seconds)} s, with ${grouped(ours.first.calls)} calls`,
    `takes ${grouped((rclone.first.seconds * scale) / 60)} minutes and ${grouped(rclone.first.calls * scale)} calls`,
    `\`consigne get\` downloads at ${grouped(get.ours.median)} MiB/s`,
    `reaches ${grouped(get.reference.median)} MiB/s`,
    `opens in the console in ${grouped(million.figure.median)} ms`,
  ]) {
    assert.ok(readme.includes(told), `README does not say: ${told}`);
  }
});
