import { HEARTBEAT_MS, type StatusService } from "@consigne/core";
import type { LastErrors } from "./last-errors.ts";
import { programVersion } from "./version.ts";

/** Records that the server runs, for `consigne-server status` and for a second server, until it is disposed. */
export function startHeartbeat(
  status: StatusService,
  identity: { url: string; process: string | undefined; database: string | undefined },
  errors: LastErrors,
): AsyncDisposable {
  const about = { version: programVersion(), ...identity, startedAt: Date.now() };
  // An unwritable database is reported elsewhere, and the missing heartbeat is enough.
  const beat = (more: { stoppedAt?: number } = {}) =>
    status.note({ ...about, ...more, errors: errors.list() }).catch(() => undefined);
  let last = beat();
  const timer = setInterval(() => {
    last = last.then(() => beat());
  }, HEARTBEAT_MS);
  timer.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await last;
      await beat({ stoppedAt: Date.now() });
    },
  };
}
