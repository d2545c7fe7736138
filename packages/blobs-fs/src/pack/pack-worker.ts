import { parentPort, workerData } from "node:worker_threads";
import { PackFile, sqliteCodeOf } from "./pack-file.ts";
import { isPackSettings, type PackAnswer, type PackRequest, type PackResult } from "./pack-messages.ts";

if (parentPort === null) throw new Error("This module runs in a worker thread.");
const port = parentPort;
const settings: unknown = workerData;
if (!isPackSettings(settings)) throw new Error("The worker was started without its settings.");
const { path, mayWrite } = settings;
/** Opened by the first request for which that is possible. */
let opened: PackFile | undefined;

port.on("message", (request: PackRequest) => {
  if (request.kind === "end") {
    opened?.close();
    port.close();
    return;
  }
  const answer = answerOf(request);
  const transfer = "result" in answer && answer.result instanceof Uint8Array ? [answer.result.buffer] : [];
  port.postMessage(answer, transfer);
});

function answerOf(request: Exclude<PackRequest, { kind: "end" }>): PackAnswer {
  try {
    opened ??= mayWrite ? PackFile.openToWrite(path) : PackFile.openToRead(path);
    return { result: resultOf(opened, request) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { failure: { message, sqlite: sqliteCodeOf(error), errno: errnoOf(error) } };
  } finally {
    if (opened?.isLasting === false) {
      opened.close();
      opened = undefined;
    }
  }
}

/** A copy of core's function: importing it would load all of core. */
function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function resultOf(file: PackFile | undefined, request: Exclude<PackRequest, { kind: "end" }>): PackResult {
  switch (request.kind) {
    case "change":
      file?.change(request.changes);
      return undefined;
    case "tidy":
      return file?.tidy() ?? false;
    case "read":
      return file?.read(request.key);
    case "stat":
      return request.keys.map((key) => file?.stat(key));
    case "list":
      return file?.list(request.after, request.limit) ?? [];
  }
}
