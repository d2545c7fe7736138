import { setTimeout as sleep } from "node:timers/promises";
import type { ConsigneChild, ConsigneOptions } from "./consigne-child.ts";

const MOST_IN_ORDER = 100;
const DEADLINE_MS = 180_000;

/**
 * A server that may fetch from this machine, without a limit per minute, which would be measured instead of its work.
 */
export const fetchingServer: ConsigneOptions = {
  settings: {
    CONSIGNE_REMOTE_ALLOW: "127.0.0.1",
    CONSIGNE_REMOTE_STARTS_PER_ACCOUNT: "1000000",
    CONSIGNE_REMOTE_STARTS_PER_HOST: "1000000",
  },
};

interface RemoteResult {
  status: string;
  url: string;
  download_link?: string;
  message?: string;
}

/** Orders addresses, as many per call as allowed. Returns the ids of the orders. */
export async function orderRemotes(server: ConsigneChild, urls: readonly string[]): Promise<number[]> {
  const ids: number[] = [];
  for (let at = 0; at < urls.length; at += MOST_IN_ORDER) {
    const created = await server.call("remote/request", { urls: urls.slice(at, at + MOST_IN_ORDER) });
    ids.push(Number(created["id"]));
  }
  return ids;
}

/** Links of the files, once all addresses of an order have been fetched. @throws {Error} if one of them failed */
export async function waitForRemotes(server: ConsigneChild, id: number, lookMs: number): Promise<string[]> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const info = await server.call("remote/info", { id });
    const results = info["result"] as RemoteResult[];
    const failed = results.find(({ status }) => status !== "OK");
    if (failed !== undefined) throw new Error(`${failed.url} was not fetched: ${failed.message}`);
    if (info["execution_date"] !== "") return results.map(({ download_link: link }) => link ?? "");
    if (performance.now() > deadline) throw new Error(`The remote upload ${id} does not end.`);
    await sleep(lookMs);
  }
}
