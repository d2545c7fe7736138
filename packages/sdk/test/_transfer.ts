import { readFileSync } from "node:fs";
import { createBuiltInHasher } from "../src/hashing/built-in-hasher.ts";
import { Downloads } from "../src/downloads/downloads.ts";
import { fromPath } from "../src/uploads/upload-source.ts";
import { Uploads } from "../src/uploads/uploads.ts";
import { byteContext } from "./_byte-context.ts";

/** Uploads and downloads in a separate process. Prints its peak memory. */
const [url = "", apiKey = "", source = "", target = ""] = process.argv.slice(2);
const context = byteContext({ url, apiKey }, { hasher: createBuiltInHasher() });
const started = performance.now();
const file = await new Uploads(context).sendOne(await fromPath(source));
const sent = performance.now();
await new Downloads(context).toFile(file.url, target, {
  sizeBytes: file.sizeBytes,
  whirlpool: file.whirlpool,
});
const ended = performance.now();
const peakKib = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
process.stdout.write(JSON.stringify({ peakKib: Number(peakKib), upMs: sent - started, downMs: ended - sent }));
