import type { Catalog } from "../command-line/catalog.ts";
import { flagsWithValue, sections } from "./command-summaries.ts";
import { loadCommand } from "./index.ts";

/** The commands of `consigne`. */
export const catalog: Catalog = { sections, flagsWithValue, load: loadCommand };
