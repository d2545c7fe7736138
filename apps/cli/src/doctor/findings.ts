import { type ExitCodeName, exitCodes } from "../command-line/exit-codes.ts";

/** What one check of `doctor` came to. */
export interface Finding {
  check: "node" | "settings" | "key-store" | "network" | "clock" | "server" | "downloads" | "key" | "account" | "lock";
  state: "ok" | "warning" | "failure";
  text: string;
  /** Exit code of a failure. */
  exitCode?: number;
}

/** The more is impossible, the worse. */
const worstFirst: readonly ExitCodeName[] = ["usage", "network", "authentication", "floodLock", "quota", "failure"];

/** Exit code of the worst of the findings. */
export function exitCodeOf(findings: readonly Finding[]): number {
  const failures = findings.filter(({ state }) => state === "failure");
  const codes = new Set(failures.map(({ exitCode }) => exitCode ?? exitCodes.failure));
  const worst = worstFirst.find((name) => codes.has(exitCodes[name]));
  const [first = exitCodes.ok] = codes;
  return worst === undefined ? first : exitCodes[worst];
}
