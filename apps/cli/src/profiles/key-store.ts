import { stat } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "@consigne/contract/system-reasons";
import { CliError } from "../command-line/errors.ts";
import { type Profile, readJson, writePrivately } from "./profile-file.ts";

const SERVICE = "consigne";

/** Keys of profiles: in the system's keyring if there is one, else in a file that only its owner can read. */
export class KeyStore {
  readonly #folder: string;
  readonly #path: string;
  readonly #openEntry: OpenEntry;

  constructor(configFolder: string, openEntry: OpenEntry = openKeyringEntry) {
    this.#folder = configFolder;
    this.#path = join(configFolder, "keys.json");
    this.#openEntry = openEntry;
  }

  get path(): string {
    return this.#path;
  }

  /** Returns where the key is now. */
  async keep(name: string, key: string, options: { inFile: boolean }): Promise<NonNullable<Profile["keyIn"]>> {
    if (!options.inFile && (await this.#keepInKeyring(name, key))) {
      await this.#change((keys) => delete keys[name]);
      return "keyring";
    }
    await this.#change((keys) => (keys[name] = key));
    return "file";
  }

  /** @throws {CliError} if the profile's key is not where it was stored */
  async find(name: string, profile: Profile): Promise<string | undefined> {
    if (profile.keyIn === undefined) return undefined;
    const key = profile.keyIn === "keyring" ? await this.#findInKeyring(name) : (await this.#read())[name];
    if (key !== undefined) return key;
    const place = profile.keyIn === "keyring" ? "the system's keyring" : this.#path;
    throw new CliError(
      "config",
      `The API key of the profile "${name}" is not in ${place}; run \`consigne login\` again.`,
    );
  }

  async forget(name: string): Promise<void> {
    await this.#change((keys) => delete keys[name]);
    try {
      (await this.#openEntry(SERVICE, name))?.deletePassword();
    } catch {
      // A locked or missing keyring contains nothing that could be used here.
    }
  }

  async #keepInKeyring(name: string, key: string): Promise<boolean> {
    try {
      const entry = await this.#openEntry(SERVICE, name);
      if (entry === undefined) return false;
      entry.setPassword(key);
      // Some keyrings accept everything and store nothing.
      return entry.getPassword() === key;
    } catch {
      return false;
    }
  }

  async #findInKeyring(name: string): Promise<string | undefined> {
    try {
      return (await this.#openEntry(SERVICE, name))?.getPassword() ?? undefined;
    } catch (error) {
      const message = `The API key cannot be read from the system's keyring: ${reasonOf(error)}.`;
      throw new CliError("config", message, { cause: error });
    }
  }

  async #read(): Promise<Record<string, string>> {
    const stored = await readJson(this.#path);
    if (stored === undefined) return {};
    const { mode } = await stat(this.#path);
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw new CliError(
        "config",
        `${this.#path} can be read by others; run \`chmod 600\` on it, and consider a new key.`,
      );
    }
    if (typeof stored !== "object" || stored === null)
      throw new CliError("config", `${this.#path} is damaged. Remove it and run \`consigne login\` again.`);
    return Object.fromEntries(Object.entries(stored).filter(([, key]) => typeof key === "string"));
  }

  async #change(change: (keys: Record<string, string>) => unknown): Promise<void> {
    const keys = await this.#read();
    const before = JSON.stringify(keys);
    change(keys);
    if (JSON.stringify(keys) !== before) await writePrivately(this.#folder, this.#path, keys);
  }
}

/** One secret of the system's keyring. */
export interface KeyringEntry {
  setPassword(text: string): void;
  getPassword(): string | null;
  deletePassword(): unknown;
}

/** Undefined if this system has no keyring. */
export type OpenEntry = (service: string, account: string) => Promise<KeyringEntry | undefined>;

/** The library is optional: it has no binary for some systems. */
async function openKeyringEntry(service: string, account: string): Promise<KeyringEntry | undefined> {
  try {
    const { Entry } = await import("@napi-rs/keyring");
    return new Entry(service, account);
  } catch {
    return undefined;
  }
}
