import type { ApiCaller } from "./calls/api-caller.ts";
import { HttpCaller } from "./calls/http-caller.ts";
import { readServerAddress } from "./calls/server-address.ts";
import type { ClientOptions } from "./client-options.ts";
import { systemClock } from "./pacing/clock.ts";
import { Files } from "./resources/files.ts";
import { Folders } from "./resources/folders.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_RETRIES = 4;
const DEFAULT_MAX_WAIT_MS = 600_000;

/** An account on a server that speaks the 1fichier.com API. Made by `createClient`. */
export interface Client {
  /** Base of the JSON calls, e.g. `https://api.1fichier.com/v1`. */
  readonly apiUrl: string;
  readonly files: Files;
  readonly folders: Folders;
  /** Any call of the wire by its name, in the words of the wire: the answer as it came, nothing renamed. */
  readonly call: ApiCaller["call"];
}

/** @throws {TypeError} for an address that is none */
export function createClient(options: ClientOptions = {}): Client {
  const address = readServerAddress(options.url);
  const pacing = options.pacing === "off" ? undefined : options.pacing;
  const caller = new HttpCaller({
    address,
    apiKey: options.apiKey === "" ? undefined : options.apiKey,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    retries: options.retries ?? DEFAULT_RETRIES,
    maxWaitMs: pacing?.maxWaitMs ?? DEFAULT_MAX_WAIT_MS,
    logger: options.logger,
    hooks: options.hooks ?? {},
    clock: pacing?.clock ?? systemClock,
    pacer: undefined,
    intervalsOf: async () => [],
  });
  return {
    apiUrl: address.apiUrl,
    files: new Files(caller),
    folders: new Folders(caller),
    call: (name, body, callOptions) => caller.call(name, body, callOptions),
  };
}
