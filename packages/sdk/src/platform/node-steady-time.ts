import { hostname, uptime } from "node:os";
import type { SteadyTime } from "./platform.ts";

/**
 * Time since the machine was started, the same for all of its processes and to a hundredth of a second. Undefined where
 * there is none: Deno asks for permission first, and macOS gives programs other than Node whole seconds only.
 */
export function steadyTime(): (() => SteadyTime) | undefined {
  try {
    const clock = hostname();
    const read = process.platform === "darwin" ? ticks() : () => uptime() * 1000;
    read?.();
    return read === undefined ? undefined : () => ({ ms: read(), clock });
  } catch {
    return undefined;
  }
}

/** Node counts from the start of the machine; other runtimes from that of the process. */
function ticks(): (() => number) | undefined {
  const isNode = process.versions["bun"] === undefined && process.versions["deno"] === undefined;
  return isNode ? () => Number(process.hrtime.bigint() / 1000n) / 1000 : undefined;
}
