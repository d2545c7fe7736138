import { type ImportListing, type ImportSource, ImportSourceError, type LocatedSource } from "@consigne/core";
import type { Client, Clock } from "@consigne/sdk";
import { directLink } from "./account-source.ts";
import { paceOf } from "./pace-of.ts";
import { sourceFailure } from "./source-failures.ts";

/**
 * The public page of a folder. It has no checksums, so each file costs an additional call. Without a key, files are
 * downloaded as a guest, by their links, and there is no checksum at all.
 */
export class PageSource implements ImportSource {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #page: string;
  readonly #password: string | undefined;
  readonly #hasKey: boolean;
  /** Calls that bypass the client follow its pace all the same, one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(
    client: Client,
    clock: Clock,
    page: { url: string; apiKey: string | undefined; password: string | undefined },
  ) {
    this.#client = client;
    this.#clock = clock;
    this.#page = page.url;
    this.#password = page.password;
    this.#hasKey = page.apiKey !== undefined;
  }

  async list(_reference: string | undefined, signal: AbortSignal): Promise<ImportListing> {
    try {
      const listed = await this.#client.shares.publicListing(this.#page, { password: this.#password, signal });
      const files = listed.map(({ url, name, sizeBytes }) => ({
        reference: url,
        name,
        sizeBytes,
        whirlpool: undefined,
      }));
      return { folders: [], files, lacking: [] };
    } catch (error) {
      signal.throwIfAborted();
      throw sourceFailure(error);
    }
  }

  async locate(reference: string, signal: AbortSignal): Promise<LocatedSource> {
    if (!this.#hasKey) return this.#locateOpen(reference, signal);
    try {
      const { whirlpool } = await this.#client.files.info(reference, { signal });
      return { url: await directLink(this.#client, reference, signal), whirlpool };
    } catch (error) {
      signal.throwIfAborted();
      throw sourceFailure(error);
    }
  }

  async paceMs(): Promise<number> {
    return (this.#hasKey ? 2 : 1) * (await paceOf(this.#client));
  }

  /** Links to other servers are not what the user meant by giving the address of this one. */
  async #locateOpen(reference: string, signal: AbortSignal): Promise<LocatedSource> {
    if (URL.parse(reference)?.origin !== new URL(this.#page).origin) {
      throw new ImportSourceError("missing", { code: "folder-elsewhere" });
    }
    const paceMs = await paceOf(this.#client);
    const turn = this.#turn.then(() => this.#clock.sleep(paceMs, signal));
    this.#turn = turn.catch(() => undefined);
    await turn;
    return { url: `${reference}&dl=1` };
  }
}
