import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Clock,
  type FloodProfileName,
  ImportSourceError,
  type ImportSources,
  MemoryBlobStore,
  type Ports,
  type Services,
  SourceError,
  type SourceFetcher,
} from "@consigne/core";
import type { EdgeBounds } from "@consigne/server";
import { FaultProxy } from "./faults/fault-proxy.ts";
import { Faults } from "./faults/fault-rules.ts";
import { InnerServer } from "./inner-server.ts";
import { Limits } from "./limits.ts";
import { putTables } from "./ready-tables.ts";
import { RequestLog } from "./requests/request-log.ts";
import { Seed } from "./seed/seed.ts";
import { type TestClock, turnable } from "./test-clock.ts";

/** A whole server in this process, on a free port and in a temporary folder that is removed with it. */
export interface TestServer extends AsyncDisposable {
  /** Base of the native face, without a trailing slash. It stays the same when the server is restarted. */
  readonly url: string;
  readonly email: string;
  readonly password: string;
  /** The administrator's: no limits, every scope. */
  readonly apiKey: string;
  readonly dataDir: string;
  /** The domain's services, bypassing HTTP. @throws {Error} while the server is stopped */
  readonly services: Services;
  /** Moves the server's time. */
  readonly clock: TestClock;
  /** Switches flood control, creates and releases locks. */
  readonly limits: Limits;
  /** Creates accounts, keys, folders and files. */
  readonly seed: Seed;
  /** Cuts every connection and releases the port: calls are refused until `start`. The data stays. */
  stop(): Promise<void>;
  /** Starts it again on the same port and data; does nothing while it is running. */
  start(): Promise<void>;
  /** `stop` and `start`. */
  restart(): Promise<void>;
}

/** A test server with a layer in front that records every request and breaks connections on request. */
export interface FaultyServer extends TestServer {
  readonly faults: Faults;
  readonly requests: RequestLog;
}

export interface TestServerOptions {
  /** Flood control at the start, default `off`; `server.limits` switches it later. */
  limits?: FloodProfileName;
  /**
   * Settings as environment variables; see docs/settings.md. Remote uploads fetch nothing unless
   * `CONSIGNE_REMOTE_ALLOW` is set, for example to `127.0.0.0/8` for a source in the test.
   */
  settings?: Readonly<Record<string, string>>;
  /** Uses and keeps this folder, for a second start on it. */
  dataDir?: string;
  /**
   * Where the bytes of files are stored, default `disk`. `memory` is faster for many or small files; rows stay in
   * SQLite on disk, which several connections share. Bytes in memory survive a restart, but not the test server.
   */
  storage?: "disk" | "memory";
  /** Default: the system's time, which `server.clock` can shift. A `VirtualClock` stands still until it is moved. */
  clock?: Clock;
  /** Replaces adapters with ones that fail or observe. */
  replacePorts?: (embedded: Ports) => Ports;
  /** How soon a running download notices that it is no longer allowed. */
  downloadRecheckMs?: number;
  /** Tighter bounds than usual on what callers may use. */
  bounds?: Partial<EdgeBounds>;
  /** A built console to serve; without one, people get the plain pages. */
  consoleFolder?: string;
  /** Receives every log line, down to debug. */
  onLogLine?: (line: string) => void;
}

const owner = {
  email: "owner@example.org",
  password: "correct horse battery",
  apiKey: "TestkitKeyOfTheOwner_0123456789-",
};

/** Starts a server on a port of its own, with nothing between it and the client. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  await using started = new AsyncDisposableStack();
  const prepared = await prepare(started, options);
  const { inner } = prepared;
  const running = await inner.start();
  return assemble(started.move(), running.publicUrl, prepared, {
    stop: () => inner.stop(),
    start: async () => void (await inner.start({ CONSIGNE_PORT: String(running.port) })),
  });
}

/** Starts a server with the fault layer in front; its public URL, and so every link, is that of the fault layer. */
export async function startFaultyServer(options: TestServerOptions = {}): Promise<FaultyServer> {
  await using started = new AsyncDisposableStack();
  const prepared = await prepare(started, options);
  const { inner, clock } = prepared;
  const faults = new Faults();
  const requests = new RequestLog(clock);
  const proxy = await FaultProxy.open(requests, faults);
  started.defer(() => proxy.close());
  const startBehindProxy = async () => proxy.lead((await inner.start({ CONSIGNE_PUBLIC_URL: proxy.url })).port);
  await startBehindProxy();
  const server = assemble(started.move(), proxy.url, prepared, {
    stop: async () => {
      await proxy.close();
      await inner.stop();
    },
    start: async () => {
      await startBehindProxy();
      await proxy.reopen();
    },
  });
  return Object.assign(server, { faults, requests });
}

interface Prepared {
  dataDir: string;
  inner: InnerServer;
  clock: TestClock;
}

async function prepare(started: AsyncDisposableStack, options: TestServerOptions): Promise<Prepared> {
  if (options.storage === "memory" && options.dataDir !== undefined) {
    throw new TypeError(
      "Bytes in memory end with the server, so a data folder that is kept would be left without them.",
    );
  }
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "consigne-test-")));
  if (options.dataDir === undefined) {
    started.defer(() => rm(dataDir, { recursive: true, force: true }));
    await putTables(dataDir);
  }
  const clock = turnable(options.clock);
  const inner = new InnerServer({
    settings: {
      CONSIGNE_DATA_DIR: dataDir,
      CONSIGNE_PORT: "0",
      CONSIGNE_ADMIN_EMAIL: owner.email,
      CONSIGNE_ADMIN_PASSWORD: owner.password,
      CONSIGNE_ADMIN_API_KEY: owner.apiKey,
      CONSIGNE_LIMITS: options.limits ?? "off",
      // A full disk is only for tests that ask for one.
      CONSIGNE_MIN_FREE_BYTES: "0",
      CONSIGNE_CONSOLE: options.consoleFolder === undefined ? "off" : "on",
      CONSIGNE_LOG_LEVEL: options.onLogLine === undefined ? "silent" : "debug",
      ...options.settings,
    },
    clock,
    replacePorts: portsOf(options, clock),
    downloadRecheckMs: options.downloadRecheckMs,
    bounds: options.bounds,
    onLogLine: options.onLogLine,
    consoleFolder: options.consoleFolder,
  });
  return { dataDir, inner: started.use(inner), clock };
}

/** Addresses in a test may exist for real, so nothing is fetched unless the test's network settings allow it. */
const noSources: SourceFetcher = {
  open: async () => {
    throw new SourceError(
      "address-refused",
      { code: "text", text: "A test server fetches from networks that its test allows." },
      {
        isFinal: true,
      },
    );
  },
};

const noImportSources: ImportSources = {
  open: async () => {
    throw new ImportSourceError("denied", {
      code: "text",
      text: "A test server asks servers in networks that its test allows.",
    });
  },
};

function portsOf(options: TestServerOptions, clock: Clock): (embedded: Ports) => Ports {
  const memory = options.storage === "memory" ? { blobs: new MemoryBlobStore(clock) } : {};
  const isOffline = options.settings?.["CONSIGNE_REMOTE_ALLOW"] === undefined;
  const offline = isOffline ? { sources: noSources, importSources: noImportSources } : {};
  return (embedded) => {
    const ports = { ...embedded, ...memory, ...offline };
    return options.replacePorts?.(ports) ?? ports;
  };
}

function assemble(
  running: AsyncDisposableStack,
  url: string,
  { inner, dataDir, clock }: Prepared,
  power: { stop(): Promise<void>; start(): Promise<void> },
): TestServer {
  const limits = new Limits({ inner, clock, owner });
  const start = async () => {
    await power.start();
    limits.reapply(inner.services);
  };
  return {
    ...owner,
    url,
    dataDir,
    get services() {
      return inner.services;
    },
    clock,
    limits,
    seed: new Seed({ services: () => inner.services, url, owner }),
    stop: power.stop,
    start,
    restart: async () => {
      await power.stop();
      await start();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
