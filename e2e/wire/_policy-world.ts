import type { Account, Actor } from "@consigne/core";
import { accountActor } from "@consigne/core/testing";
import { ApiClient, type TestServer } from "@consigne/testkit";
import { Tus } from "./_tus.ts";
import { addKey, addPerson, makeFolder, type Person, readOnlyScopes, uploadOne } from "./_wire.ts";

export const PASSWORD = "open sesame";

export const actorNames = [
  "owner",
  "read-only",
  "fenced",
  "other",
  "free",
  "expired",
  "revoked",
  "unknown",
  "wrong address",
  "locked",
  "signed in",
  "signed out",
  "cookie alone",
  "nobody",
] as const;
export type ActorName = (typeof actorNames)[number];

export const fileStates = [
  "open",
  "password",
  "acl ip",
  "acl country",
  "acl email",
  "acl premium",
  "in fence",
  "in fence with password",
  "foreign",
  "foreign with password",
  "owner locked",
] as const;
export type FileState = (typeof fileStates)[number];

export const trashedStates = ["open", "in fence", "foreign"] as const satisfies readonly FileState[];
type TrashedState = (typeof trashedStates)[number];

interface Replaced {
  url: string;
  versionId: number;
  count(): Promise<number>;
}

interface Trashed {
  id: number;
  isThere(): Promise<boolean>;
}

export const folderStates = ["in fence", "fence", "outside fence", "foreign", "owner locked"] as const;
export type FolderState = (typeof folderStates)[number];

/** Everybody and everything in the matrix, on one server. */
export class PolicyWorld {
  readonly server: TestServer;
  readonly clients: Record<ActorName, ApiClient>;
  /** Id of an upload that the owner began, outside of the restricted folder. */
  readonly begunByTus: string;
  readonly #foreign: ApiClient;
  readonly #trashed = new Map<TrashedState, Trashed>();
  readonly #accounts: Account[];
  readonly #files: Record<FileState, { url: string; folderId: number }>;
  readonly #folders: Record<FolderState, number>;
  readonly #makers: Record<FileState, () => Promise<string>>;
  readonly #folderMakers: Partial<Record<FolderState, () => Promise<number>>>;

  private constructor(parts: {
    server: TestServer;
    clients: Record<ActorName, ApiClient>;
    begunByTus: string;
    foreign: ApiClient;
    accounts: Account[];
    files: Record<FileState, { url: string; folderId: number }>;
    folders: Record<FolderState, number>;
    makers: Record<FileState, () => Promise<string>>;
    folderMakers: Partial<Record<FolderState, () => Promise<number>>>;
  }) {
    this.server = parts.server;
    this.clients = parts.clients;
    this.begunByTus = parts.begunByTus;
    this.#foreign = parts.foreign;
    this.#accounts = parts.accounts;
    this.#files = parts.files;
    this.#folders = parts.folders;
    this.#makers = parts.makers;
    this.#folderMakers = parts.folderMakers;
  }

  static async build(server: TestServer): Promise<PolicyWorld> {
    const owner = await addPerson(server, "owner-of-all@example.org");
    const other = await addPerson(server, "other@example.org", { plan: "premium" });
    const foreign = await addPerson(server, "foreign@example.org");
    const lockedOwner = await addPerson(server, "locked-owner@example.org");
    const fence = await makeFolder(owner.client, "fence");
    const inside = await makeFolder(owner.client, "inside", fence);
    const outside = await makeFolder(owner.client, "outside");
    const foreignFolder = await makeFolder(foreign.client, "foreign");
    const lockedFolder = await makeFolder(lockedOwner.client, "locked");
    const makers = fileMakers({ owner, other, foreign, lockedOwner, inside });
    const files = {} as Record<FileState, { url: string; folderId: number }>;
    for (const state of fileStates) {
      files[state] = { url: await makers[state](), folderId: state.startsWith("in fence") ? inside : 0 };
    }
    const clients = await makeClients(server, { owner, other, fence });
    await server.services.accounts.setLocked("operator", lockedOwner.account, true);
    const ofOwner = new Tus(server, owner.key);
    const begun = await ofOwner.begin(1, { metadata: { filename: "begun", folder_id: String(outside) } });
    let created = 0;
    return new PolicyWorld({
      server,
      clients,
      begunByTus: begun.slice(begun.lastIndexOf("/") + 1),
      foreign: foreign.client,
      accounts: [owner.account, other.account, foreign.account, lockedOwner.account],
      files,
      folders: {
        "in fence": inside,
        fence,
        "outside fence": outside,
        foreign: foreignFolder,
        "owner locked": lockedFolder,
      },
      makers,
      folderMakers: {
        "in fence": () => makeFolder(owner.client, `fresh ${created++}`, fence),
        "outside fence": () => makeFolder(owner.client, `fresh ${created++}`),
        fence: () => makeFolder(owner.client, `fresh ${created++}`),
      },
    });
  }

  file(state: FileState): { url: string; folderId: number } {
    return this.#files[state];
  }

  folder(state: FolderState): number {
    return this.#folders[state];
  }

  /** A file that may be removed. */
  freshFile(state: FileState): Promise<string> {
    return this.#makers[state]();
  }

  /** A removed file, as its entry in the trash; the same one until somebody could take it. */
  async trashed(state: TrashedState): Promise<Trashed> {
    const known = this.#trashed.get(state);
    if (known !== undefined && (await known.isThere())) return known;
    const owner = state === "foreign" ? this.#foreign : this.clients.owner;
    await owner.ok("file/rm", { files: [{ url: await this.freshFile(state) }] });
    const list = async () => (await owner.ok("/x/v1/trash/list"))["entries"] as { id: number }[];
    const id = (await list())[0]?.id ?? 0;
    const created = { id, isThere: async () => (await list()).some((entry) => entry.id === id) };
    this.#trashed.set(state, created);
    return created;
  }

  /** A file whose bytes were replaced once. */
  async replaced(state: TrashedState): Promise<Replaced> {
    const owner = state === "foreign" ? this.#foreign : this.clients.owner;
    const url = await this.freshFile(state);
    const upload = await uploadOne(owner, "newer.bin", `newer than ${url}`, { did: "0" });
    await owner.ok("/x/v1/version/replace", { files: [{ file_id: url, replacement_id: upload }] });
    const list = async () => (await owner.ok("/x/v1/version/list", { file_id: url }))["versions"] as { id: number }[];
    return { url, versionId: (await list())[0]?.id ?? 0, count: async () => (await list()).length };
  }

  freshFolder(state: FolderState): Promise<number> {
    return this.#folderMakers[state]?.() ?? Promise.resolve(this.#folders[state]);
  }

  /** Every row that a caller could have changed. */
  async snapshot(): Promise<string> {
    const { files, folders, accounts } = this.server.services;
    const seen: unknown[] = [];
    for (const known of this.#accounts) {
      const account = { ...(await accounts.getByEmail("operator", known.email)), isLocked: false };
      const actor = accountActor({ account, address: "127.0.0.1" });
      const listed = await (await files.list(actor, "everything", {})).all();
      seen.push(account.settings, listed, await treeOf(actor, account.rootFolderId));
    }
    return JSON.stringify(seen);

    async function treeOf(actor: Actor, id: number): Promise<unknown> {
      const { folder, children } = await folders.list(actor, id);
      return { folder, children: await Promise.all((await children.all()).map((child) => treeOf(actor, child.id))) };
    }
  }
}

async function makeClients(
  server: TestServer,
  people: { owner: Person; other: Person; fence: number },
): Promise<Record<ActorName, ApiClient>> {
  const { owner, other, fence } = people;
  const key = async (input: Parameters<typeof addKey>[2]) => (await addKey(server, owner.account, input)).client;
  const revoked = await addKey(server, owner.account);
  await server.services.keys.revoke("operator", revoked.id);
  const locked = await addPerson(server, "locked@example.org");
  await server.services.accounts.setLocked("operator", locked.account, true);
  return {
    owner: owner.client,
    "read-only": await key({ scopes: readOnlyScopes }),
    fenced: await key({ fenceFolderId: fence }),
    other: other.client,
    free: (await addPerson(server, "free@example.org", { plan: "free" })).client,
    expired: await key({ expiresAt: new Date(Date.now() - 1000) }),
    revoked: revoked.client,
    unknown: new ApiClient(server, "nobody-holds-this-key-0123456789"),
    "wrong address": await key({ allowedAddresses: ["198.51.100.0/24"] }),
    locked: locked.client,
    "signed in": await sessionClient(server, owner, { isScript: true }),
    "signed out": await sessionClient(server, owner, { isScript: true, isOver: true }),
    "cookie alone": await sessionClient(server, owner, { isScript: false }),
    nobody: new ApiClient(server),
  };
}

/** A session only counts with the header that scripts of our own pages set: each caller calls with and without it. */
async function sessionClient(
  server: TestServer,
  { email, password }: Person,
  { isScript, isOver = false }: { isScript: boolean; isOver?: boolean },
): Promise<ApiClient> {
  const { admission, sessions } = server.services;
  const actor = await admission.identify({ kind: "password", email, password }, "127.0.0.1", "calls");
  if (actor.kind === "guest") throw new TypeError("A password proves an account or nothing.");
  const { session, token } = await sessions.begin(actor, { life: "long", userAgent: "" });
  if (isOver) await sessions.end("operator", session.id);
  const script: Record<string, string> = isScript ? { "consigne-session": "1", origin: server.url } : {};
  return new SessionClient(server, { cookie: `SID=${token}`, ...script });
}

class SessionClient extends ApiClient {
  readonly #headers: Readonly<Record<string, string>>;

  constructor(server: TestServer, headers: Readonly<Record<string, string>>) {
    super(server);
    this.#headers = headers;
  }

  override request(path: string, init: RequestInit = {}): ReturnType<ApiClient["request"]> {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(this.#headers)) headers.set(name, value);
    return super.request(path, { ...init, headers });
  }
}

function fileMakers(people: {
  owner: Person;
  other: Person;
  foreign: Person;
  lockedOwner: Person;
  inside: number;
}): Record<FileState, () => Promise<string>> {
  const { owner, other, foreign, lockedOwner, inside } = people;
  const did = { did: String(inside) };
  const withList = async (acl: object) => {
    const url = await uploadOne(owner.client, "listed.bin", "bytes");
    await owner.client.ok("file/chattr", { urls: [url], acl });
    return url;
  };
  return {
    open: () => uploadOne(owner.client, "open.bin", "bytes"),
    password: () => uploadOne(owner.client, "password.bin", "bytes", { dpass: PASSWORD }),
    "acl ip": () => withList({ ip: ["192.0.2.0/24"] }),
    "acl country": () => withList({ country: ["FR"] }),
    "acl email": () => withList({ email: [other.email] }),
    "acl premium": () => withList({ premium: 1 }),
    "in fence": () => uploadOne(owner.client, "inside.bin", "bytes", did),
    "in fence with password": () => uploadOne(owner.client, "inside-pass.bin", "bytes", { ...did, dpass: PASSWORD }),
    foreign: () => uploadOne(foreign.client, "foreign.bin", "bytes"),
    "foreign with password": () => uploadOne(foreign.client, "foreign-pass.bin", "bytes", { dpass: PASSWORD }),
    "owner locked": () => uploadOne(lockedOwner.client, "locked.bin", "bytes"),
  };
}
