import { type ExitCodeName, exitCodes } from "../command-line/exit-codes.ts";

/** The result of one check of `doctor`. */
export interface Finding {
  check: "node" | "settings" | "key-store" | "network" | "clock" | "server" | "downloads" | "key" | "account" | "lock";
  state: "ok" | "warning" | "failure";
  text: string;
  /** Exit code of a failure. */
  exitCode?: number;
}

/** Worst first: the more a failure prevents, the worse. */
const worstFirst: readonly ExitCodeName[] = ["usage", "network", "authentication", "floodLock", "quota", "failure"];

/** Exit code of the worst finding. */
export function exitCodeOf(findings: readonly Finding[]): number {
  const failures = findings.filter(({ state }) => state === "failure");
  const codes = new Set(failures.map(({ exitCode }) => exitCode ?? exitCodes.failure));
  const worst = worstFirst.find((name) => codes.has(exitCodes[name]));
  const [first = exitCodes.ok] = codes;
  return worst === undefined ? first : exitCodes[worst];
}
