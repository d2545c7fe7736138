import { spawnSync } from "node:child_process";
import { isMainThread } from "node:worker_threads";
import { hasOpenSslWhirlpool } from "./whirlpool-backend.ts";

/** Arguments of Node that make Whirlpool available to `createHash`, for a child process. */
export const legacyProviderArgs: readonly string[] = ["--openssl-legacy-provider"];

/** Holds the id of the process that replaced itself. The id survives the replacement, so a child's differs. */
const GUARD = "CONSIGNE_LEGACY_PROVIDER_PID";
const PROBE_TIMEOUT_MS = 10_000;

/**
 * To be called before anything else of a program. Where Whirlpool is missing from OpenSSL, the process replaces itself
 * by the same program with {@link legacyProviderArgs}: same id, arguments, environment and standard streams; then it
 * does not return. Where that is impossible it returns and the slower backend serves.
 */
export function ensureLegacyProvider(): void {
  const hasTried = process.env[GUARD] === String(process.pid);
  delete process.env[GUARD];
  if (hasTried || hasOpenSslWhirlpool() || !canReplaceProcess() || !doesProviderLoad()) return;
  process.execve?.(
    process.execPath,
    [process.argv0, ...legacyProviderArgs, ...process.execArgv, ...process.argv.slice(1)],
    { ...process.env, [GUARD]: String(process.pid) },
  );
}

/** A process with a channel to its parent (cluster, fork, --watch) would lose it. */
function canReplaceProcess(): boolean {
  return isMainThread && process.platform !== "win32" && process.execve !== undefined && !process.connected;
}

/** A failing start cannot be undone after the replacement, so a child tries it first. */
function doesProviderLoad(): boolean {
  const probe = spawnSync(
    process.execPath,
    [...legacyProviderArgs, "-e", "require('node:crypto').createHash('whirlpool')"],
    { stdio: "ignore", timeout: PROBE_TIMEOUT_MS, env: process.env },
  );
  return probe.status === 0;
}
