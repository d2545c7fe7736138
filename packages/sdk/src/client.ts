import { type ByteContext, defaultWaits } from "./byte-context.ts";
import type { ApiCaller } from "./calls/api-caller.ts";
import { HttpCaller, type HttpCallerSettings } from "./calls/http-caller.ts";
import { PublicPages } from "./calls/public-pages.ts";
import { readServerAddress } from "./calls/server-address.ts";
import type { ClientOptions } from "./client-options.ts";
import { Downloads } from "./downloads/downloads.ts";
import { createBuiltInHasher } from "./hashing/built-in-hasher.ts";
import { systemClock } from "./pacing/clock.ts";
import { AccountResource } from "./resources/account.ts";
import { Files } from "./resources/files.ts";
import { Folders } from "./resources/folders.ts";
import { FtpUsers } from "./resources/ftp-users.ts";
import { RemoteUploads } from "./resources/remote-uploads.ts";
import { Shares } from "./resources/shares.ts";
import { Vouchers } from "./resources/vouchers.ts";
import { Uploads } from "./uploads/uploads.ts";

const ORIGINAL_SITE = "https://1fichier.com";
const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_RETRIES = 4;
const DEFAULT_MAX_WAIT_MS = 600_000;

/** An account on a server that speaks the 1fichier.com API. Made by `createClient`. */
export interface Client {
  /** Base of the JSON calls, e.g. `https://api.1fichier.com/v1`. */
  readonly apiUrl: string;
  readonly files: Files;
  readonly folders: Folders;
  readonly shares: Shares;
  readonly remoteUploads: RemoteUploads;
  readonly ftpUsers: FtpUsers;
  readonly vouchers: Vouchers;
  readonly account: AccountResource;
  readonly uploads: Uploads;
  readonly downloads: Downloads;
  /** Any call of the wire by its name, in the words of the wire: the answer as it came, nothing renamed. */
  readonly call: ApiCaller["call"];
}

/** @throws {TypeError} for an address that is none */
export function createClient(options: ClientOptions = {}): Client {
  const address = readServerAddress(options.url);
  const pacing = options.pacing === "off" ? undefined : options.pacing;
  const clock = pacing?.clock ?? systemClock;
  const apiKey = options.apiKey === "" ? undefined : options.apiKey;
  const transport = {
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    retries: options.retries ?? DEFAULT_RETRIES,
    clock,
  } satisfies Partial<HttpCallerSettings>;
  const pages = new PublicPages({ ...transport, siteUrl: address.isOriginal ? ORIGINAL_SITE : address.origin });
  const caller = new HttpCaller({
    ...transport,
    address,
    apiKey,
    maxWaitMs: pacing?.maxWaitMs ?? DEFAULT_MAX_WAIT_MS,
    logger: options.logger,
    hooks: options.hooks ?? {},
    pacer: undefined,
    intervalsOf: async () => [],
  });
  const bytes: ByteContext = {
    caller,
    apiUrl: address.apiUrl,
    isOriginal: address.isOriginal,
    apiKey,
    hasher: options.hasher ?? createBuiltInHasher(),
    retries: transport.retries,
    waits: defaultWaits,
  };
  return {
    apiUrl: address.apiUrl,
    files: new Files(caller),
    folders: new Folders(caller),
    shares: new Shares(caller, pages),
    remoteUploads: new RemoteUploads(caller, clock),
    ftpUsers: new FtpUsers(caller),
    vouchers: new Vouchers(caller),
    account: new AccountResource(caller),
    uploads: new Uploads(bytes),
    downloads: new Downloads(bytes),
    call: (name, body, callOptions) => caller.call(name, body, callOptions),
  };
}
