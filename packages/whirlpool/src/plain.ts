/** For pages whose policy forbids WebAssembly, where trying to use it would be reported as a violation. */
export { PlainEngine } from "./plain-engine.ts";
export { Whirlpool } from "./whirlpool.ts";
