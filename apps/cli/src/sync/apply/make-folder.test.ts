import assert from "node:assert/strict";
import { test } from "node:test";
import type { RemoteListing } from "../trees/remote-store.ts";
import { makeFolder } from "./make-folder.ts";

const nothing: RemoteListing = { folders: [], files: [], isCut: false };

test("an interruption between two attempts stops them with its own reason", async () => {
  const interruption = new AbortController();
  const timeIsOver = new Error("the time is over");
  const remote = {
    makeFolder: () => Promise.reject(new Error("connection lost")),
    kindOf: () => "network" as const,
    list: async () => {
      interruption.abort(timeIsOver);
      return nothing;
    },
  };
  await assert.rejects(makeFolder(remote, 0, "new", interruption.signal), (error) => error === timeIsOver);
});
