export { buildCliReference } from "./cli-reference.ts";
export { buildCommandSummaries } from "./command-summaries.ts";
