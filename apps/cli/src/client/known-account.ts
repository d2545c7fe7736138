import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Account } from "@consigne/sdk";
import type { Connection } from "../profiles/connection.ts";
import { readJson, writePrivately } from "../profiles/profile-file.ts";

/** 1fichier.com answers `user/info` once per this interval. */
const INTERVAL_MS = 300_000;

/** The account details that are shown. */
export type AccountFacts = Pick<
  Account,
  "email" | "offer" | "subscriptionEndsAt" | "coldStorageBytes" | "coldStorageQuotaBytes" | "isUploadForbidden"
>;

/** The server's last answer about the account, used until the server answers again. */
export class KnownAccount {
  readonly #folder: string;
  readonly #path: string;

  constructor(cacheFolder: string, { url, apiKey }: Pick<Connection, "url" | "apiKey">) {
    const name = createHash("sha256")
      .update(`${url.value} ${apiKey?.value ?? ""}`)
      .digest("hex")
      .slice(0, 32);
    this.#folder = cacheFolder;
    this.#path = join(cacheFolder, `account-${name}.json`);
  }

  /** Undefined if there is none, or it is so old that the server answers again. */
  async find(): Promise<{ facts: AccountFacts; askedAt: Date } | undefined> {
    const stored = await readJson(this.#path).catch(() => undefined);
    if (typeof stored !== "object" || stored === null) return undefined;
    const { askedAtMs, facts } = stored as { askedAtMs?: unknown; facts?: Partial<AccountFacts> };
    const ageMs = typeof askedAtMs === "number" ? Date.now() - askedAtMs : NaN;
    if (!(ageMs >= 0 && ageMs < INTERVAL_MS) || typeof facts?.email !== "string") return undefined;
    const { subscriptionEndsAt: endsAt } = facts;
    const subscriptionEndsAt = endsAt === undefined ? undefined : new Date(endsAt);
    return { facts: { ...(facts as AccountFacts), subscriptionEndsAt }, askedAt: new Date(Number(askedAtMs)) };
  }

  /** Only readable by its owner. If it cannot be stored, the only cost is a wait. */
  async keep(account: AccountFacts): Promise<void> {
    const { email, offer, subscriptionEndsAt, coldStorageBytes, coldStorageQuotaBytes, isUploadForbidden } = account;
    const facts = { email, offer, subscriptionEndsAt, coldStorageBytes, coldStorageQuotaBytes, isUploadForbidden };
    await writePrivately(this.#folder, this.#path, { askedAtMs: Date.now(), facts }).catch(() => undefined);
  }
}
