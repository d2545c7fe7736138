import type { ImportListing, ImportSource, LocatedSource } from "@consigne/core";
import type { Client } from "@consigne/sdk";
import { directLink } from "./account-source.ts";
import { paceOf } from "./pace-of.ts";
import { sourceFailure } from "./source-failures.ts";

/** The public page of a folder. It has no checksums, so each file costs one call more. */
export class PageSource implements ImportSource {
  readonly #client: Client;
  readonly #page: string;
  readonly #password: string | undefined;

  constructor(client: Client, page: { url: string; password: string | undefined }) {
    this.#client = client;
    this.#page = page.url;
    this.#password = page.password;
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
    try {
      const { whirlpool } = await this.#client.files.info(reference, { signal });
      return { url: await directLink(this.#client, reference, signal), whirlpool };
    } catch (error) {
      signal.throwIfAborted();
      throw sourceFailure(error);
    }
  }

  async paceMs(): Promise<number> {
    return 2 * (await paceOf(this.#client));
  }
}
