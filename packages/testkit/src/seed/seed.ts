import { fileUrl } from "@consigne/contract";
import {
  type AccountActor,
  type ApiKey,
  guest,
  storedName,
  type KeyScopes,
  type NewApiKey,
  newPasswordText,
  type PlanId,
  scopesOf,
  type Services,
} from "@consigne/core";
import { splitPath } from "./remote-path.ts";
import { storeFiles, type Content } from "./store-files.ts";

/** The owner of what is created; the server's owner if none is given. */
export interface SeededAccount {
  id: string;
  email: string;
  password: string;
}

export interface NewSeedAccount {
  email: string;
  /** Generated if absent; the result contains it. */
  password?: string;
  /** Default `premium`: may use the API, and has a quota of 2 TB. */
  plan?: PlanId;
  planEndsAt?: Date;
  isAdmin?: boolean;
}

export interface NewSeedKey extends Omit<NewApiKey, "name" | "scopes"> {
  name?: string;
  /** Areas that are absent are `none`. Default: everything. */
  scopes?: Partial<KeyScopes>;
}

export interface SeededKey {
  id: string;
  /** What is sent after `Bearer`. */
  text: string;
  key: ApiKey;
}

export interface SeededFolder {
  id: number;
  path: string;
}

export interface SeededFile {
  id: string;
  /** Link to share, and to request a download for. */
  url: string;
  path: string;
  name: string;
  folderId: number;
  sizeBytes: number;
  /** 128 lower-case hexadecimal digits. */
  whirlpool: string;
}

/** A file to create: its path and its content. */
export interface NewSeedFile {
  path: string;
  content: Content;
}

export interface SeedOptions {
  account?: SeededAccount;
}

export interface SeedFileOptions extends SeedOptions {
  /** Password of the files' links. */
  password?: string;
  /** Link domain, 0 to 10. */
  domain?: number;
}

/**
 * Creates accounts, keys, folders and files in a running server, bypassing HTTP: no limit counts it, and the request
 * log does not contain it. The same services and rules apply as for an upload, so a quota may be exceeded.
 */
export class Seed {
  readonly #services: () => Services;
  readonly #url: string;
  readonly #owner: Pick<SeededAccount, "email" | "password">;
  readonly #actors = new Map<string, Promise<AccountActor>>();

  constructor(input: { services: () => Services; url: string; owner: Pick<SeededAccount, "email" | "password"> }) {
    this.#services = input.services;
    this.#url = input.url;
    this.#owner = input.owner;
  }

  /** @throws {DomainError} `account-exists`, `bad-argument` */
  async account(input: NewSeedAccount): Promise<SeededAccount> {
    const password = input.password ?? newPasswordText();
    const { plan, ...rest } = input;
    const account = await this.#services().accounts.create("operator", {
      ...rest,
      password,
      planId: plan ?? "premium",
    });
    return { id: account.id, email: account.email, password };
  }

  /** @param account undefined: the server's owner @throws {DomainError} `bad-argument`, `folder-not-found` */
  async apiKey(account: SeededAccount | undefined, input: NewSeedKey = {}): Promise<SeededKey> {
    const { account: owner } = await this.#actorOf(account);
    const { scopes, name = "seeded", ...rest } = input;
    const created = await this.#services().keys.create("operator", owner, {
      ...rest,
      name,
      ...(scopes === undefined ? {} : { scopes: scopesOf(scopes) }),
    });
    return { id: created.key.id, text: created.text, key: created.key };
  }

  /** Creates the folder and the missing ones above it. `/` is the root. @throws {DomainError} `bad-argument` */
  async folder(path: string, options: SeedOptions = {}): Promise<SeededFolder> {
    const actor = await this.#actorOf(options.account);
    const names = splitPath(path);
    let id = actor.rootFolderId;
    for (const name of names) id = await this.#childOf(actor, id, name);
    return { id, path: `/${names.join("/")}` };
  }

  /** Creates a file, and its folders if they are missing. @throws {DomainError} as an upload does */
  async file(path: string, content: Content, options: SeedFileOptions = {}): Promise<SeededFile> {
    const [created] = await this.files([{ path, content }], options);
    if (created === undefined) throw new Error(`${path} was not made.`);
    return created;
  }

  /**
   * Creates many files, those of one folder up to 500 at a time in one transaction. The results are in the order of
   * `list`.
   * @throws {DomainError} as an upload does; files stored before it stay
   */
  async files(list: readonly NewSeedFile[], options: SeedFileOptions = {}): Promise<SeededFile[]> {
    const actor = await this.#actorOf(options.account);
    const created: SeededFile[] = Array.from({ length: list.length });
    const byFolder = Map.groupBy(list.entries(), ([, { path }]) => splitPath(path).slice(0, -1).join("/"));
    for (const [folderPath, members] of byFolder) {
      const folder = await this.folder(folderPath, options);
      const files = members.map(([index, { path, content }]) => {
        const name = splitPath(path).at(-1) ?? "";
        return { index, path: `/${splitPath(path).join("/")}`, name, content };
      });
      const stored = await storeFiles(this.#services().uploads, actor, {
        files,
        folderId: folder.id,
        domain: options.domain,
        password: options.password ?? "",
      });
      for (const [position, { index, path }] of files.entries()) {
        const file = stored[position];
        if (file === undefined) throw new Error(`${path} was not made.`);
        const url = fileUrl({ kind: "native", publicUrl: this.#url }, file.fileId, file.domain);
        const { fileId: id, name, sizeBytes, whirlpool = "" } = file;
        created[index] = { id, url, path, name, folderId: folder.id, sizeBytes, whirlpool };
      }
    }
    return created;
  }

  async #childOf(actor: AccountActor, parentId: number, name: string): Promise<number> {
    const { folders } = this.#services();
    const { children } = await folders.list(actor, parentId);
    const wanted = storedName(name);
    const known = (await children.all()).find((child) => child.name === wanted);
    return (known ?? (await folders.create(actor, parentId, name))).id;
  }

  /** Checking a password is slow on purpose, so it is done once, and again if it was changed in the meantime. */
  async #actorOf(account: Pick<SeededAccount, "email" | "password"> = this.#owner): Promise<AccountActor> {
    const known = await this.#actors.get(account.email);
    const now = known && (await this.#services().accounts.getByEmail("operator", account.email));
    if (known !== undefined && now?.passwordHash === known.account.passwordHash) return known;
    const proving = this.#prove(account);
    this.#actors.set(account.email, proving);
    proving.catch(() => this.#actors.delete(account.email));
    return proving;
  }

  async #prove({ email, password }: Pick<SeededAccount, "email" | "password">): Promise<AccountActor> {
    const actor = await this.#services().accounts.findByPassword(email, password, guest("127.0.0.1"));
    if (actor === undefined) throw new Error(`The password of ${email} is not what it was seeded with.`);
    return actor;
  }
}
