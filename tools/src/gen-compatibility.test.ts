import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { suite, test } from "node:test";
import { repositoryRoot } from "./check-stage.ts";
import { compatibilityPage } from "./gen-compatibility.ts";
import { testedClients } from "./tested-clients.ts";

suite("the table of compatible clients", () => {
  test("lists every suite with rclone", () => {
    const page = compatibilityPage();
    const suites = globSync("e2e/*rclone*.test.ts", { cwd: repositoryRoot });
    assert.ok(suites.length > 5);
    for (const file of suites) assert.ok(page.includes(`(../${file})`), file);
  });

  test("has a version for every program, and none if only calls are made", () => {
    const rows = compatibilityPage()
      .split("\n")
      .filter((line) => line.startsWith("| ["));
    assert.equal(rows.length, testedClients.length);
    for (const row of rows) assert.match(row, /\) \| (\d\S* \| program| \| calls) \| \d+ \|$/);
  });

  test("refuses a client that a suite no longer tests", () => {
    const gone = { name: "gone", by: "calls", suites: [{ file: "e2e/curl.test.ts", only: /no such test/ }] } as const;
    assert.throws(() => compatibilityPage([gone]), /e2e\/curl\.test\.ts tests nothing of gone any more/);
    const renamed = {
      name: "renamed",
      by: "calls",
      suites: [{ file: "e2e/curl.test.ts", says: "works", holds: "no such text" }],
    } as const;
    assert.throws(() => compatibilityPage([renamed]), /tests nothing of renamed/);
  });
});
