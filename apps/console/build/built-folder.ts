import { join } from "node:path";

/** Where `npm start` and the build put the console. */
export const builtFolder = join(import.meta.dirname, "../dist");
/** What the build leaves in `index.html` for the server, which has one nonce for each answer. */
export const NONCE_PLACE = "nonce-of-this-answer";
