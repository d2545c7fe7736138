export { loadEngine } from "./load-engine.ts";
export type { WhirlpoolEngine } from "./engine.ts";
export { Whirlpool } from "./whirlpool.ts";
