import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { isCheckpointSettings, type CheckpointRequest } from "./checkpoint-messages.ts";

if (parentPort === null) throw new Error("This module runs in a worker thread.");
const port = parentPort;
const settings: unknown = workerData;
if (!isCheckpointSettings(settings)) throw new Error("The worker was started without its settings.");
const database = new DatabaseSync(new URL(settings.url));
database.exec("pragma synchronous = full");
database.exec("pragma checkpoint_fullfsync = on");
// Passive: neither waits for other connections nor blocks them.
const copy = database.prepare("pragma wal_checkpoint(passive)");

port.on("message", (request: CheckpointRequest) => {
  if (request === "end") {
    database.close();
    port.close();
    return;
  }
  try {
    copy.get();
  } catch {
    // For example because the disk is full. The pages stay in the log, and the next commit asks again.
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads has no origin
  port.postMessage("done");
});
