import { setImmediate } from "node:timers/promises";
import { openSharedStore } from "../src/pacing/node-pace-store.ts";

/** Increments a number in the shared state many times: `node _counting-process.ts FOLDER TIMES`. */
const [folder = "", times = ""] = process.argv.slice(2);
const onTrouble = (error: unknown) => {
  throw error;
};
const store = openSharedStore({ host: "example.org", folder, onTrouble });
for (let time = 0; time < Number(times); time += 1) {
  await store?.update((state) => {
    state.bucket = { tokens: (state.bucket?.tokens ?? 0) + 1, atMs: 0 };
  });
  await setImmediate();
}
