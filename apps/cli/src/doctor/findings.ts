/** What one check of `doctor` came to. */
export interface Finding {
  check: "settings" | "network" | "clock" | "server" | "key" | "account" | "lock";
  state: "ok" | "warning" | "failure";
  text: string;
  /** Exit code of a failure. */
  exitCode?: number;
}
