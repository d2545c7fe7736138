import { BatchDoor } from "./batch-door.ts";

export { dropParts, sendInParts } from "./part-door.ts";

const together = new BatchDoor();

/** Sends a small file, in one request with others that are waiting. */
export const sendTogether: BatchDoor["send"] = (file, to, hooks) => together.send(file, to, hooks);
