import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodes } from "../../command-line/exit-codes.ts";
import { RunRecord } from "../apply/run-record.ts";
import { exitCodeOf, noteSummary } from "./sync-report.ts";

const networkError = () => Object.assign(new Error("Cannot reach host"), { code: "network" });

test("a run ended by a lost server exits with the network code, and one that continued with the partial code", () => {
  const ended = new RunRecord();
  ended.done({ action: "upload", path: "a" });
  ended.fail("upload", "b", new Error("of the upload", { cause: networkError() }));
  assert.equal(exitCodeOf(ended), exitCodes.network);
  const recovered = new RunRecord();
  recovered.fail("upload", "b", networkError());
  recovered.done({ action: "upload", path: "c" });
  assert.equal(exitCodeOf(recovered), exitCodes.partial);
});

test("the summary is one line with correct plurals", () => {
  const lines = (folders: number, closing?: string) => {
    const record = new RunRecord();
    for (let count = 0; count < folders; count++) record.done({ action: "mkdir", path: String(count) });
    record.done({ action: "upload", path: "a", sizeBytes: 4 });
    const notes: string[] = [];
    noteSummary(record, (line) => notes.push(line), false, closing);
    return notes;
  };
  assert.deepEqual(lines(1), ["done: 1 sent, 1 folder created, 4 B, 0 unchanged"]);
  assert.deepEqual(lines(2, "1 file, 4 B in 1 s, verified"), [
    "done: 1 sent, 2 folders created, 0 unchanged; 1 file, 4 B in 1 s, verified",
  ]);
});
