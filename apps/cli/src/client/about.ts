import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";

const TIMEOUT_MS = 10_000;

/** What a server of ours says about itself at `/x/v1/about`, without a key. */
export interface ServerDescription {
  name: string;
  version: string;
  extensions: readonly string[];
  limits: Readonly<Record<string, unknown>>;
  uploads: Readonly<Record<string, unknown>>;
}

export interface AboutAnswer {
  status: number;
  /** Time of the server, to the second. */
  serverTimeMs: number | undefined;
  /** When that was here: the middle of the exchange. */
  ownTimeMs: number;
  /** Undefined where the server says nothing of itself, as the original. */
  description: ServerDescription | undefined;
}

/** The address without the `/v1` of the calls. */
export function siteOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch (error) {
    throw new CliError("usage", `"${url}" is not the address of a server.`, {
      cause: error,
      exitCode: exitCodes.usage,
    });
  }
}

/** @throws {CliError} when nobody answers */
export async function askAbout(url: string, signal: AbortSignal): Promise<AboutAnswer> {
  const site = siteOf(url);
  const startedMs = Date.now();
  try {
    const answer = await fetch(`${site}/x/v1/about`, {
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const ownTimeMs = (startedMs + Date.now()) / 2;
    const serverTimeMs = Date.parse(answer.headers.get("date") ?? "");
    const text = await answer.text();
    return {
      status: answer.status,
      serverTimeMs: Number.isNaN(serverTimeMs) ? undefined : serverTimeMs,
      ownTimeMs,
      description: answer.ok ? readDescription(text) : undefined,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw new CliError("network", `${site} does not answer: ${reasonOf(error)}`, {
      cause: error,
      exitCode: exitCodes.network,
    });
  }
}

function readDescription(text: string): ServerDescription | undefined {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof found !== "object" || found === null || !("name" in found)) return undefined;
  const { name, version, extensions, limits, uploads } = found as Record<string, unknown>;
  const fields = (value: unknown) =>
    typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  return {
    name: typeof name === "string" ? name : "unknown",
    version: typeof version === "string" ? version : "unknown",
    extensions: Array.isArray(extensions) ? extensions.filter((each) => typeof each === "string") : [],
    limits: fields(limits),
    uploads: fields(uploads),
  };
}

/** The words of the innermost cause: `fetch failed` tells nobody anything. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof AggregateError) return reasonOf(error.cause.errors[0]);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
