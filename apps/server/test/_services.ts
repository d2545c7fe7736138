import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Account,
  type AccountActor,
  createServices,
  floodProfiles,
  type FloodProfile,
  type HousekeepingRules,
  isAccountActor,
  type NewApiKey,
  type Ports,
  type Services,
  type UploadRules,
  VirtualClock,
} from "@consigne/core";
import { accountActor, noFreeRules } from "@consigne/core/testing";
import { openDataFolder } from "../src/data-folder.ts";
import { openPorts } from "../src/open-ports.ts";
import { embeddedEngines } from "../src/read-engines.ts";
import { putTables } from "./_tables.ts";

/** The domain on the real embedded adapters, with a stopped clock. */
export interface Bench extends AsyncDisposable {
  clock: VirtualClock;
  ports: Ports;
  services: Services;
  dataDir: string;
  /** A new account, signed in by password. */
  account(email?: string, plan?: Account["planId"]): Promise<AccountActor>;
  /** The account, by one of its keys. */
  keyed(owner: AccountActor, key?: Partial<NewApiKey>, address?: string): Promise<AccountActor>;
}

export interface BenchOptions {
  flood?: FloodProfile;
  rules?: Partial<UploadRules>;
  minFreeBytes?: number | undefined;
  maxEntries?: number;
  housekeeping?: HousekeepingRules;
  trashDays?: number;
  versionDays?: number;
  /** Replaces embedded ports. */
  replace?: (ports: Ports) => Partial<Ports>;
}

export const address = "192.0.2.7";
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  await using opened = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "consigne-services-"));
  opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  await putTables(dataDir);
  // In step with the files' own times, which no virtual clock affects.
  const clock = new VirtualClock(new Date());
  const folder = await openDataFolder(dataDir, { mayCreate: true });
  const embedded = opened.use(await openPorts(embeddedEngines, folder, { clock }));
  const ports: Ports = { ...embedded.ports, ...options.replace?.(embedded.ports) };
  const services = createServices(ports, {
    uploads: {
      maxFileBytes: 1e9,
      maxUploadBytes: 1e9,
      maxFiles: 10,
      acceptsEmptyFiles: true,
      acceptsGuests: false,
      ...options.rules,
    },
    flood: options.flood ?? floodProfiles.off,
    listLimit: 1000,
    maxEntries: options.maxEntries ?? Infinity,
    minFreeBytes: "minFreeBytes" in options ? options.minFreeBytes : 0,
    freeDownloads: noFreeRules,
    housekeeping: options.housekeeping,
    trashDays: options.trashDays,
    versionDays: options.versionDays,
  });
  const kept = opened.move();
  let count = 0;
  return {
    clock,
    ports,
    services,
    dataDir,
    account: async (email = `user${++count}@example.org`, plan = "unlimited") => {
      const account = await services.accounts.create("operator", { email, password: "a long password", planId: plan });
      return accountActor({ account, address });
    },
    keyed: async (owner, key = {}, from = address) => {
      const { text } = await services.keys.create("operator", owner.account, { name: "test", ...key });
      return services.keys.authenticate(text, from);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The actor with this password. @throws like every endpoint if there is none */
export async function byPassword(
  { services }: Pick<Bench, "services">,
  email: string,
  password: string,
  from = address,
): Promise<AccountActor> {
  const actor = await services.admission.identify({ kind: "password", email, password }, from, "calls");
  assert.ok(isAccountActor(actor));
  return actor;
}

/** Uploads texts as files in one upload and returns the report's lines. */
export async function uploadTexts(
  { services }: Pick<Bench, "services">,
  actor: AccountActor,
  files: Readonly<Record<string, string>>,
  folder: number | "root" = "root",
) {
  const upload = await services.uploads.begin(services.uploads.offer().id, actor);
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = await upload.openFile({ name, contentType: undefined }, actor);
      await file.write(Buffer.from(text));
      await file.finish();
    }
    return (await upload.commit(actor, { folder, domain: undefined, password: "" })).files;
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

/** The text of a file, or of a version of it, through a token of `actor`. */
export async function downloadText(
  { services }: Pick<Bench, "services">,
  actor: AccountActor,
  fileId: string,
  versionId?: number,
): Promise<string> {
  const { text } = await services.downloads.issueToken(actor, { fileId }, { versionId });
  const stream = await (await services.downloads.find(text, actor.address)).open();
  try {
    const buffer = Buffer.alloc(65_536);
    return buffer.subarray(0, await stream.reader.read(buffer)).toString();
  } finally {
    await stream.close();
  }
}

/** Keys of all complete blobs, once no removal is running. */
export async function storedKeys({ ports, services }: Pick<Bench, "ports" | "services">): Promise<string[]> {
  await services.bytesRemover.settle();
  const keys: string[] = [];
  for await (const { key } of ports.blobs.list()) keys.push(key);
  return keys;
}

/** `target` with some of its members replaced; methods keep their own `this`. */
export function overriding<T extends object>(target: T, overrides: Partial<T>): T {
  return new Proxy(target, {
    get: (_, name): unknown => {
      const value: unknown = Reflect.get(Object.hasOwn(overrides, name) ? overrides : target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
