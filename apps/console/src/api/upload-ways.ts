import { BatchSender } from "./batch-sender.ts";

export { dropParts, sendInParts } from "./send-in-parts.ts";

const together = new BatchSender();

/** Sends a small file, in one request with others that are waiting. */
export const sendTogether: BatchSender["send"] = (file, to, hooks) => together.send(file, to, hooks);
