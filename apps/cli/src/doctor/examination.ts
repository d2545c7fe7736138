import { lookup } from "node:dns/promises";
import {
  type Account,
  type Client,
  createClient,
  isFloodLockError,
  isNetworkError,
  type ServerAnswer,
} from "@consigne/sdk";
import { UserProxies } from "@consigne/sdk/user-proxies";
import { KnownAccount } from "../client/known-account.ts";
import { planText, quotaOf } from "../client/plan-text.ts";
import { siteOf } from "../client/site.ts";
import { type OpenClient, openClient } from "../client/open-client.ts";
import { formatBytes, formatDuration } from "../command-line/amounts.ts";
import type { CommandCall } from "../command-line/command.ts";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { asCliError, networkAdvice } from "../command-line/sdk-failures.ts";
import { visible } from "../command-line/visible-text.ts";
import type { Connection, ConnectionValues } from "../profiles/connection.ts";
import { KeyStore } from "../profiles/key-store.ts";
import type { Finding } from "./findings.ts";

/** Dates in the API are to the second; half a minute does no harm here. */
const HARMLESS_SKEW_MS = 30_000;
const SOON_MS = 14 * 86_400_000;

/** `doctor` does not wait for a lock to end, it reports it. */
const impatient = { retries: 0, timeoutMs: 15_000, pacing: { maxWaitMs: 0 } };

type ExamineCall = CommandCall<ConnectionValues & { readonly account: boolean }>;

/** Checks one thing after the other, and stops when further checks could not tell anything new. */
export async function* examine(call: ExamineCall): AsyncGenerator<Finding> {
  yield { check: "node", state: "ok", text: `${process.version} on ${process.platform} ${process.arch}` };
  const opened = await openOrTell(call);
  if ("check" in opened) {
    yield opened;
    return;
  }
  using open = opened;
  const { connection, client, signal } = open;
  const { url, apiKey } = connection;
  yield* describeSettings(connection, call.environment.configFolder);
  const proxies = new UserProxies(call.environment.variables);
  const network = await examineNetwork(url.value, client, signal, proxies);
  yield network.finding;
  if (network.answer === undefined) return;
  yield* describeServer(network.answer, url.value);
  const downloadUrl = network.answer.description?.downloadUrl;
  if (downloadUrl !== undefined) yield await examineDownloads(downloadUrl, signal, proxies);
  if (apiKey === undefined) {
    const text = "there is none. Store one with `consigne login`, or set CONSIGNE_API_KEY.";
    yield failure("key", text, exitCodes.authentication);
    return;
  }
  // The cheapest call that needs a key: unlike `user/info` it has no limit of its own.
  const key = await attempt("key", () => client.folders.get(0, { signal }), signal);
  yield key.finding ?? { check: "key", state: "ok", text: "the server accepts it" };
  if (key.finding === undefined) yield* examineAccount(call, open, network.answer);
}

/** Unreadable settings are a finding like any other. */
async function openOrTell(call: ExamineCall): Promise<OpenClient | Finding> {
  try {
    return await openClient(call, { mayLackKey: true, client: impatient });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return failure("settings", error.message, error.exitCode);
  }
}

function* describeSettings({ url, apiKey, profile }: Connection, configFolder: string): Generator<Finding> {
  const keyText = apiKey === undefined ? "no API key" : `an API key from ${apiKey.origin}`;
  const profileText = profile === undefined ? "" : `, profile "${profile}"`;
  yield { check: "settings", state: "ok", text: `${visible(url.value)} (${url.origin}), ${keyText}${profileText}` };
  if (apiKey === undefined) return;
  const places = {
    keyring: "the key is in the system's keyring",
    file: `the key is in ${new KeyStore(configFolder).path}, which only you can read`,
  };
  const text =
    apiKey.keyIn === undefined ? `the key of ${apiKey.origin} is not stored by consigne` : places[apiKey.keyIn];
  yield { check: "key-store", state: "ok", text };
}

/** On 1fichier.com this call is limited, so checking it would get programs refused that need the answer. */
async function* examineAccount(
  { options, environment }: ExamineCall,
  { client, connection, signal }: OpenClient,
  { description }: ServerAnswer,
): AsyncGenerator<Finding> {
  const isFree = description !== undefined && description.limits.userInfoIntervalMs === undefined;
  if (!isFree && !options.account) {
    const text =
      "not asked, because the server answers this only once every five minutes; --account asks for plan and storage";
    yield { check: "account", state: "ok", text };
    return;
  }
  const account = await attempt("account", () => client.account.get({ signal }), signal);
  if (account.value !== undefined) await new KnownAccount(environment.cacheFolder, connection).keep(account.value);
  if (account.finding?.check === "lock") {
    const text = "asked a short time ago; the server answers this only once every five minutes";
    yield { check: "account", state: "warning", text };
  } else if (account.finding !== undefined) yield account.finding;
  else if (account.value !== undefined) yield* describeAccount(account.value);
}

function isKnown(hostname: string): Promise<boolean> {
  return lookup(hostname.replace(/^\[|\]$/g, "")).then(
    () => true,
    () => false,
  );
}

async function examineNetwork(
  url: string,
  client: Client,
  signal: AbortSignal,
  proxies: UserProxies,
): Promise<{ finding: Finding; answer?: ServerAnswer }> {
  const site = siteOf(url);
  const { hostname } = new URL(site);
  try {
    // A proxy resolves names itself, and may know others.
    if (proxies.proxyForUrl(new URL(site)) === undefined && !(await isKnown(hostname))) {
      const text = `Cannot reach ${hostname}: host name not found. Is it spelled right, and is this machine online?`;
      return { finding: failure("network", text, exitCodes.network) };
    }
    const answer = await client.ping({ signal });
    const how = site.startsWith("https:") ? "answers, and its certificate is trusted" : "answers, without encryption";
    return { finding: { check: "network", state: "ok", text: `${site} ${how}` }, answer };
  } catch (error) {
    if (!isNetworkError(error)) throw error;
    const hint = error.isUntrusted ? ` ${networkAdvice(error)}` : "";
    return { finding: failure("network", `${error.message}${hint}`, exitCodes.network) };
  }
}

/** Direct links may use another host, which can be unreachable on its own because of a firewall or a missing name. */
async function examineDownloads(url: string, signal: AbortSignal, proxies: UserProxies): Promise<Finding> {
  // Without the key: nothing there needs one.
  const { finding, answer } = await examineNetwork(url, createClient({ url, ...impatient }), signal, proxies);
  if (answer !== undefined) return { ...finding, check: "downloads" };
  const text = `direct links lead to ${visible(siteOf(url))}, so no download works. ${finding.text}`;
  return failure("downloads", text, exitCodes.network);
}

function* describeServer({ description, clockAheadMs, status }: ServerAnswer, url: string): Generator<Finding> {
  if (clockAheadMs !== undefined) {
    const isHarmless = Math.abs(clockAheadMs) < HARMLESS_SKEW_MS;
    const text = isHarmless
      ? "agrees with the server's"
      : `this machine is ${formatDuration(Math.abs(clockAheadMs))} ${clockAheadMs > 0 ? "ahead of" : "behind"} the server; dates and \`--newer\` are off by that much`;
    yield { check: "clock", state: isHarmless ? "ok" : "warning", text };
  }
  if (description === undefined) {
    const isOriginal = new URL(siteOf(url)).hostname === "api.1fichier.com";
    const text = isOriginal
      ? "1fichier.com; limited to 2 calls per second"
      : `does not describe itself (${status} at /x/v1/about); calls are limited as for 1fichier.com`;
    yield { check: "server", state: isOriginal ? "ok" : "warning", text };
    return;
  }
  const { name, version = "unknown", limits } = description;
  const { profile = "unknown", callsPerSecond } = limits;
  const limit = callsPerSecond === undefined ? "no limit on calls" : `${callsPerSecond} calls per second`;
  const text = `${visible(name)} ${visible(version)}, limits "${visible(profile)}" (${limit})`;
  yield { check: "server", state: "ok", text };
  const { refused } = description.uploads;
  if (refused !== undefined) {
    const reason = refusedUploads[refused] ?? `it says "${visible(refused)}"`;
    yield failure("server", `accepts no uploads: ${reason}`, exitCodes.quota);
  }
}

const refusedUploads: Readonly<Record<string, string>> = {
  storage_full:
    "it has too little free space. Removing files makes room; its operator can add space or lower CONSIGNE_MIN_FREE_BYTES. Downloads work",
  storage_unavailable: "its storage does not respond; the reason is in the log of the server",
};

function* describeAccount(account: Account): Generator<Finding> {
  const { email, offer, subscriptionEndsAt, coldStorageBytes } = account;
  const left = subscriptionEndsAt === undefined ? Infinity : subscriptionEndsAt.getTime() - Date.now();
  if (offer === "none") {
    yield failure(
      "account",
      `${visible(email)} has no plan with API access (Premium and Access have it)`,
      exitCodes.authentication,
    );
  } else {
    const hint = left < 0 ? "; it has ended" : left < SOON_MS ? "; it ends soon" : "";
    yield {
      check: "account",
      state: hint === "" ? "ok" : "warning",
      text: `${visible(email)}, plan ${planText(account)}${hint}`,
    };
  }
  if (account.isUploadForbidden) yield failure("account", "uploads are forbidden for this account", exitCodes.quota);
  const quota = quotaOf(account);
  const isFull = quota !== undefined && coldStorageBytes >= quota;
  const used = `${formatBytes(coldStorageBytes)}${quota === undefined ? "" : ` of ${formatBytes(quota)}`} in use`;
  yield isFull
    ? failure("account", `no room left: ${used}`, exitCodes.quota)
    : { check: "account", state: "ok", text: used };
}

async function attempt<T>(
  check: Finding["check"],
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<{ value?: T; finding?: Finding }> {
  try {
    return { value: await work() };
  } catch (error) {
    signal.throwIfAborted();
    if (isFloodLockError(error)) {
      const who = { ip: "this address", account: "this account", key: "this key" }[error.kind];
      const until = `${error.until.toISOString()}, for ${formatDuration(error.retryAfterMs)} more`;
      const text = `the server has locked out ${who} until about ${until}: too many calls. Stop other programs that use the account and wait.`;
      return { finding: failure("lock", text, exitCodes.floodLock) };
    }
    const known = asCliError(error);
    if (known === undefined) throw error;
    return { finding: failure(check, known.message, known.exitCode) };
  }
}

function failure(check: Finding["check"], text: string, exitCode: number): Finding {
  return { check, state: "failure", text, exitCode };
}
