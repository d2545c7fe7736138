const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How long a signal may take that was passed on by npm or by the launcher. */
const HANDED_ON_MS = 1000;

/** The part of the process that is needed. */
export interface SignalTarget {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  kill(pid: number, signal: NodeJS.Signals): unknown;
  readonly pid: number;
}

/**
 * Calls `stop` once, at the first of SIGINT, SIGTERM and SIGHUP. One that comes within a second of it is the same one:
 * service managers, `timeout` and terminals signal a whole group of processes, and those of the group that started this
 * process hand theirs on. A later one ends the process at once, for whoever does not want to wait.
 * @param target what is signalled, and a clock in milliseconds; for tests
 * @returns no longer listens; to be called where `stop` never was
 */
export function onStopSignal(
  stop: (signal: NodeJS.Signals) => void,
  target: SignalTarget = process,
  nowMs: () => number = () => performance.now(),
): () => void {
  let stoppedAtMs: number | undefined;
  const ignore = () => {
    for (const signal of stopSignals) target.off(signal, hear);
  };
  const hear = (signal: NodeJS.Signals) => {
    if (stoppedAtMs === undefined) {
      stoppedAtMs = nowMs();
      stop(signal);
    } else if (nowMs() - stoppedAtMs > HANDED_ON_MS) {
      ignore();
      target.kill(target.pid, signal);
    }
  };
  for (const signal of stopSignals) target.on(signal, hear);
  return ignore;
}
