import { createHash } from "node:crypto";
import { join } from "node:path";
import { meantBy } from "@consigne/contract/remote-names";
import { type Client, isApiError, isConsigneError } from "@consigne/sdk";
import { readJson, writePrivately } from "../profiles/profile-file.ts";

/** Names for completion, kept between two presses of the key. */
interface KnownFolder {
  atMs: number;
  id: number;
  folders: Record<string, number>;
  files: string[];
}

const FRESH_MS = 120_000;
/** A server that refuses is not asked again at each press of the key: refusals add up to a lock. */
const REFUSED_MS = 30_000;
/** After waiting in vain for an answer, pressing the key twice to see a list must not wait again. */
const UNANSWERED_MS = 3000;
const MOST_FOLDERS = 200;

/** How long it is pointless to ask again. An unreachable server fails fast, and may be back by now. */
function patienceAfter(error: unknown): number {
  if (isApiError(error)) return REFUSED_MS;
  return isConsigneError(error) && error.code === "network" ? 0 : UNANSWERED_MS;
}

/** Recent listings of one account, in a file in the cache folder. */
export class KnownFolders {
  readonly #folder: string;
  readonly #path: string;
  readonly #known: Map<string, KnownFolder>;

  private constructor(folder: string, path: string, known: Map<string, KnownFolder>) {
    this.#folder = folder;
    this.#path = path;
    this.#known = known;
  }

  static async open(cacheFolder: string, account: { url: string; apiKey: string }): Promise<KnownFolders> {
    const name = createHash("sha256").update(`${account.url} ${account.apiKey}`).digest("hex").slice(0, 32);
    const path = join(cacheFolder, `completion-${name}.json`);
    const stored = await readJson(path).catch(() => undefined);
    const entries = typeof stored === "object" && stored !== null ? Object.entries(stored) : [];
    return new KnownFolders(cacheFolder, path, new Map(entries as [string, KnownFolder][]));
  }

  /** Names in a folder; the last known ones if the server does not answer in time. Undefined: unknown. */
  async list(client: Client, segments: readonly string[], signal: AbortSignal): Promise<KnownFolder | undefined> {
    const path = `/${segments.join("/")}`;
    const known = this.#known.get(path);
    if (known !== undefined && Date.now() - known.atMs < FRESH_MS) return known;
    try {
      const id = await this.#idOf(client, segments, signal);
      if (id === undefined) return undefined;
      const { folders, files } = await client.folders.get(id, { withFiles: true, signal });
      const found = {
        atMs: Date.now(),
        id,
        folders: Object.fromEntries(folders.map((folder) => [folder.name, folder.id])),
        files: (files ?? []).map((file) => file.name),
      };
      this.#known.delete(path);
      this.#known.set(path, found);
      await this.#save();
      return found;
    } catch (error) {
      const names = known ?? { id: 0, folders: {}, files: [] };
      this.#known.set(path, { ...names, atMs: Date.now() - FRESH_MS + patienceAfter(error) });
      await this.#save();
      return known;
    }
  }

  async #idOf(client: Client, segments: readonly string[], signal: AbortSignal): Promise<number | undefined> {
    const name = segments.at(-1);
    if (name === undefined) return 0;
    const folders = Object.entries((await this.list(client, segments.slice(0, -1), signal))?.folders ?? {});
    return meantBy(
      folders.map(([each, id]) => ({ name: each, id })),
      name,
    )[0]?.id;
  }

  async #save(): Promise<void> {
    await writePrivately(this.#folder, this.#path, Object.fromEntries([...this.#known].slice(-MOST_FOLDERS)));
  }
}
