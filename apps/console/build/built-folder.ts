import { join } from "node:path";

/** Where `npm start` and the build put the console. */
export const builtFolder = join(import.meta.dirname, "../dist");
/** The placeholder in `index.html` that the server replaces with a new nonce for each answer. */
export const NONCE_PLACE = "nonce-of-this-answer";
