import { BatchDoor } from "./batch-door.ts";

export { dropParts, sendInParts } from "./part-door.ts";

const together = new BatchDoor();

/** A small file, in one request with those that wait beside it. */
export const sendTogether: BatchDoor["send"] = (file, to, hooks) => together.send(file, to, hooks);
