import { readFileSync } from "node:fs";
import { defaultBounds, type EdgeBounds } from "@consigne/http/edge-bounds";
import type { Config } from "./config.ts";

/** Database, log, worker threads, the listening socket and what the runtime opens for itself. */
const OWN_FILES = 96;
/** A connection, and the file that is read or written for it. */
const FILES_PER_CONNECTION = 2;
/** However few files the system allows, some connections must be possible. */
const LEAST_CONNECTIONS = 8;
/** Divisor: no address gets more than this fraction of all connections. */
const PART_OF_ONE_ADDRESS = 4;

/** The effective limits: as configured, but no more than the system lets this process hold. */
export function edgeBounds(
  configured: Config["connections"],
  overriding: Partial<EdgeBounds> = {},
  openFiles: number = openFileLimit(),
): EdgeBounds {
  const affordable = Math.floor((openFiles - OWN_FILES) / FILES_PER_CONNECTION);
  const connections = Math.max(LEAST_CONNECTIONS, Math.min(configured.total, affordable));
  const connectionsPerAddress = Math.min(configured.perAddress, Math.ceil(connections / PART_OF_ONE_ADDRESS));
  return { ...defaultBounds, connections, connectionsPerAddress, ...overriding };
}

/** How many files this process may have open; Infinity if unknown. The runtime has already raised it to the maximum. */
export function openFileLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return asNumber(soft);
  } catch {
    return asNumber(reportedLimit());
  }
}

/** Other Unix systems have no such file; the runtime's own report knows the limit. */
function reportedLimit(): unknown {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  return report.userLimits?.open_files?.soft;
}

function asNumber(limit: unknown): number {
  const count = Number(limit);
  return Number.isSafeInteger(count) && count > 0 ? count : Infinity;
}
