import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { NONCE_PLACE } from "@consigne/console/built";
import type { ConsoleAsset, ConsoleFiles, ConsolePage, ContentEncoding } from "@consigne/http";

const contentTypes: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
};
const endings: readonly [ContentEncoding, string][] = [
  ["br", ".br"],
  ["gzip", ".gz"],
];

/**
 * The built console. Read on demand: it does not slow down the start, and a newer build is served without a restart.
 * File names depend on their content, so files that were read once are kept.
 */
export class ConsoleFolder implements ConsoleFiles {
  readonly #folder: string;
  readonly #cache = new Map<string, Promise<Uint8Array | undefined>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async page(): Promise<ConsolePage | undefined> {
    const bytes = await readIfThere(join(this.#folder, "index.html"));
    if (bytes === undefined) return undefined;
    const text = Buffer.from(bytes).toString("utf8");
    return ({ language, nonce, changes }) =>
      text
        .replace('<html lang="en">', `<html lang="${language}">`)
        .replace('name="changes" content="0"', `name="changes" content="${changes}"`)
        .replaceAll(NONCE_PLACE, nonce);
  }

  async asset(name: string, accepts: (encoding: ContentEncoding) => boolean): Promise<ConsoleAsset | undefined> {
    const contentType = contentTypes[name.split(".").at(-1) ?? ""];
    if (contentType === undefined || name.includes("/") || name.includes("\\")) return undefined;
    for (const [encoding, ending] of endings) {
      const bytes = accepts(encoding) ? await this.#read(`${name}${ending}`) : undefined;
      if (bytes !== undefined) return { contentType, bytes, encoding };
    }
    const bytes = await this.#read(name);
    return bytes && { contentType, bytes, encoding: undefined };
  }

  /** Missing names are not remembered: anybody may ask for any number of them. */
  async #read(name: string): Promise<Uint8Array | undefined> {
    const reading = this.#cache.get(name) ?? readIfThere(join(this.#folder, "assets", name));
    this.#cache.set(name, reading);
    const bytes = await reading.catch((error: unknown) => {
      this.#cache.delete(name);
      throw error;
    });
    if (bytes === undefined) this.#cache.delete(name);
    return bytes;
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
