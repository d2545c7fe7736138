import type { EndpointName } from "@consigne/contract";
import { civilTimesIn } from "@consigne/contract/civil-time";
import { platform } from "#platform";
import { type ByteContext, defaultWaits } from "./byte-context.ts";
import type { ApiCaller, CallAnswer, CallOptions, CallRequest, PathCallOptions } from "./calls/api-caller.ts";
import { asCall, type Call } from "./calls/call.ts";
import { HttpCaller, type HttpCallerSettings } from "./calls/http-caller.ts";
import { keySource } from "./calls/key-source.ts";
import { findName } from "./calls/operations.ts";
import { PublicPages, type PublicPagesSettings } from "./calls/public-pages.ts";
import { readServerAddress } from "./calls/server-address.ts";
import { personProof } from "./calls/person-proof.ts";
import { askTimes } from "./calls/server-times.ts";
import { Downloads } from "./downloads/downloads.ts";
import { createBuiltInHasher } from "./hashing/built-in-hasher.ts";
import { RememberingCaller } from "./calls/remembering-caller.ts";
import type { ServerDescription } from "./calls/server-description.ts";
import type { ServerAnswer, ServerInquiry } from "./calls/server-inquiry.ts";
import type { ClientOptions, PacingOptions } from "./client-options.ts";
import { ClientPacing } from "./pacing/client-pacing.ts";
import { type Clock, systemClock } from "./pacing/clock.ts";
import { inquiryOf, type LaneInput, laneOf } from "./pacing/lanes.ts";
import { PagePacing } from "./pacing/page-pacing.ts";
import { FolderTree } from "./paths/folder-tree.ts";
import { PathLookup } from "./paths/path-lookup.ts";
import { namesOfPath } from "./paths/path-names.ts";
import { RemotePath } from "./paths/remote-path.ts";
import { TreeKeepingCaller } from "./paths/tree-keeping-caller.ts";
import { AccountResource } from "./resources/account.ts";
import { Activity } from "./resources/activity.ts";
import { Admin } from "./resources/admin.ts";
import { Links } from "./resources/links.ts";
import { Entries } from "./resources/entries.ts";
import type { AccountEvent } from "./resources/event-text.ts";
import { type EventOptions, readEvents } from "./resources/events.ts";
import { Files } from "./resources/files.ts";
import { Folders } from "./resources/folders.ts";
import { FtpUsers } from "./resources/ftp-users.ts";
import { Imports } from "./resources/imports.ts";
import { Keys } from "./resources/keys.ts";
import { RemoteUploads } from "./resources/remote-uploads.ts";
import { Sessions } from "./resources/sessions.ts";
import { Shares } from "./resources/shares.ts";
import { Trash } from "./resources/trash.ts";
import { Versions } from "./resources/versions.ts";
import { Vouchers } from "./resources/vouchers.ts";
import { PartUploads } from "./uploads/part-uploads.ts";
import { Uploads } from "./uploads/uploads.ts";

const ORIGINAL_SITE = "https://1fichier.com";
const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_RETRIES = 4;
const DEFAULT_MAX_WAIT_MS = 600_000;
const DEFAULT_MAX_ANSWER_BYTES = 128 * 1024 * 1024;

/** An account on a server that speaks the 1fichier.com API. Created by `createClient`. */
export interface Client {
  /** Base of the JSON calls, e.g. `https://api.1fichier.com/v1`. */
  readonly apiUrl: string;
  readonly files: Files;
  readonly folders: Folders;
  readonly entries: Entries;
  readonly trash: Trash;
  /** New bytes under the same link, and older versions of files. */
  readonly versions: Versions;
  readonly links: Links;
  readonly shares: Shares;
  readonly remoteUploads: RemoteUploads;
  readonly imports: Imports;
  readonly ftpUsers: FtpUsers;
  readonly vouchers: Vouchers;
  readonly account: AccountResource;
  readonly keys: Keys;
  readonly sessions: Sessions;
  readonly admin: Admin;
  readonly activity: Activity;
  readonly uploads: Uploads;
  /** Uploads in parts, which can be resumed. */
  readonly partUploads: PartUploads;
  readonly downloads: Downloads;
  /**
   * A location on the server by its path from the root, such as `/backup/2026`. Names are taken byte for byte: nothing
   * is trimmed or normalised. Makes no call.
   * @throws {TypeError} a name is `.` or `..`
   */
  at(path: string): RemotePath;
  /**
   * What the server says about itself, asked once; undefined for 1fichier.com and for servers that do not say.
   * @throws {NetworkError}
   */
  about(): Promise<ServerDescription | undefined>;
  /**
   * Asks the server what it is, each time and without a key: whether it answers, and what time it is there.
   * @throws {NetworkError}
   */
  ping(options?: { signal?: AbortSignal }): Promise<ServerAnswer>;
  /**
   * Changes in the account as they happen: which folder, remote upload or import changed, or the trash, but not how.
   * The first event is `ready`. Reconnects and resumes by itself; ends only with `signal`, or with an error that a
   * retry would not fix, such as a revoked key.
   * @throws {NotAuthenticatedError | AccessDeniedError | NotSupportedError} when the first event is requested
   */
  events(options?: EventOptions): AsyncGenerator<AccountEvent, never>;
  /**
   * Any call of the API by its name, with the API's own field names: the answer as received, nothing renamed. A call
   * that this library does not know is made by its path below the base, such as `file/new_thing.cgi`, with the same
   * key, pace, retries and errors.
   * @throws {TypeError} there is no such call, or the path leads elsewhere
   */
  readonly call: WireCall;
}

/** A call by its name or by its path. */
export interface WireCall {
  (path: `${string}/${string}`, body?: object, options?: PathCallOptions): Call<Record<string, unknown>>;
  <Name extends EndpointName>(name: Name, body: CallRequest<Name>, options?: CallOptions): Call<CallAnswer<Name>>;
}

/** @throws {TypeError} for an invalid URL, a key that cannot be sent in a header, or both a key and a person */
export function createClient(options: ClientOptions = {}): Client {
  const address = readServerAddress(options.url);
  const keys = keySource(options.apiKey);
  const { person } = options;
  if (person !== undefined && keys.hasKey) throw new TypeError("Give the client a key or a person, not both.");
  if (person !== undefined) personProof(person);
  const pacing = options.pacing === "off" ? {} : (options.pacing ?? {});
  const clock = pacing.clock ?? systemClock;
  const transport = {
    fetch: options.fetch ?? platform.fetch,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    retries: options.retries ?? DEFAULT_RETRIES,
    maxAnswerBytes: options.maxAnswerBytes ?? DEFAULT_MAX_ANSWER_BYTES,
    clock,
  };
  const { timeZone } = options;
  const inquiry = inquiryOf(clock, address.origin);
  const settings = { ...transport, address, keys, person, inquiry };
  const tree = new FolderTree();
  const about = async () => (address.isOriginal ? undefined : inquiry.ask(address.origin, transport.fetch));
  const caller = new TreeKeepingCaller(
    options.pacing === "off" ? unpacedCaller(options, settings) : pacedCaller(options, pacing, settings),
    tree,
    timeZone === undefined ? () => askTimes(about, transport) : async () => civilTimesIn(timeZone),
  );
  const pages = new PublicPages({
    ...transport,
    siteUrl: address.isOriginal ? ORIGINAL_SITE : address.origin,
    maxWaitMs: pacing.maxWaitMs ?? DEFAULT_MAX_WAIT_MS,
    hooks: options.hooks ?? {},
    paceOf: pagePaceOf(options, pacing, settings),
  });
  const bytes: ByteContext = {
    caller,
    apiUrl: address.apiUrl,
    isOriginal: address.isOriginal,
    keys,
    hasher: options.hasher ?? createBuiltInHasher(),
    retries: transport.retries,
    waits: { ...defaultWaits, longestRetryAfterMs: pacing.maxWaitMs ?? DEFAULT_MAX_WAIT_MS },
    onRetry: options.hooks?.onRetry?.bind(options.hooks),
    logger: options.logger,
    about,
  };
  const [files, folders, uploads] = [new Files(caller), new Folders(caller), new Uploads(bytes)];
  const paths = { lookup: new PathLookup(folders, tree), folders, files, uploads };
  return {
    apiUrl: address.apiUrl,
    files,
    folders,
    entries: new Entries(caller),
    trash: new Trash(caller),
    versions: new Versions(caller),
    links: new Links(caller),
    shares: new Shares(caller, pages),
    remoteUploads: new RemoteUploads(caller, clock),
    imports: new Imports(caller, clock),
    ftpUsers: new FtpUsers(caller),
    vouchers: new Vouchers(caller),
    account: new AccountResource(caller),
    keys: new Keys(caller),
    sessions: new Sessions(caller),
    admin: new Admin(caller),
    activity: new Activity(caller),
    uploads,
    partUploads: new PartUploads(bytes),
    downloads: new Downloads(bytes),
    at: (path) => new RemotePath(paths, namesOfPath(path)),
    about,
    ping: async ({ signal } = {}) => await inquiry.askAnew(address.origin, transport.fetch, signal),
    events: (given) => readEvents({ ...transport, address, keys }, given),
    call: wireCall(caller),
  };
}

function wireCall(caller: ApiCaller): WireCall {
  // The overloads of `WireCall` say which body belongs to which name.
  const call = (name: string, body: object = {}, options: PathCallOptions = {}): Call<object> =>
    asCall(options, async (each): Promise<object> => {
      const known = findName(name);
      if (known !== undefined) return await caller.call(known, body, each);
      return await caller.callPath(name, body, each);
    });
  return call as WireCall;
}

type Settings = Pick<
  HttpCallerSettings,
  "address" | "keys" | "person" | "fetch" | "timeoutMs" | "retries" | "maxAnswerBytes" | "clock"
> & {
  inquiry: ServerInquiry;
};

function unpacedCaller(options: ClientOptions, settings: Settings): ApiCaller {
  const { logger, hooks = {} } = options;
  return new HttpCaller({
    ...settings,
    logger,
    hooks,
    maxWaitMs: DEFAULT_MAX_WAIT_MS,
    paceOf: async () => undefined,
  });
}

function pagePaceOf(options: ClientOptions, pacing: PacingOptions, settings: Settings): PublicPagesSettings["paceOf"] {
  if (options.pacing === "off") return async () => undefined;
  const { address, clock, fetch, inquiry } = settings;
  const pages = new PagePacing({ address, lane: sharedState(options, pacing, clock), inquiry, fetch });
  return (host) => pages.paceOf(host);
}

function sharedState(
  { logger }: ClientOptions,
  pacing: PacingOptions,
  clock: Clock,
): Omit<LaneInput, "host" | "apiKey"> {
  return {
    clock,
    isShared: pacing.isShared ?? true,
    stateFolder: pacing.stateFolder,
    onTrouble: (error) => logger?.warn("The pace is not shared with other processes", { error: String(error) }),
  };
}

function pacedCaller(options: ClientOptions, pacing: PacingOptions, settings: Settings): ApiCaller {
  const { logger, hooks = {} } = options;
  const { address, keys, person, clock, fetch, inquiry } = settings;
  const host = new URL(address.origin).host;
  const lane = laneOf({
    ...sharedState(options, pacing, clock),
    host,
    apiKey: person === undefined ? keys.identity : `person ${person.email}`,
  });
  const client = new ClientPacing({ address, options: pacing, lane, inquiry, fetch });
  const caller = new HttpCaller({
    ...settings,
    logger,
    hooks,
    maxWaitMs: pacing.maxWaitMs ?? DEFAULT_MAX_WAIT_MS,
    paceOf: (name, body) => client.paceOf(name, body),
    onLock: () => inquiry.forget(),
  });
  return new RememberingCaller(caller, {
    memory: lane.memory,
    running: lane.running,
    clock,
    answersFromMemory: pacing.intervals !== "wait",
    intervalsOf: (name, body) => client.intervalsOf(name, body),
  });
}
