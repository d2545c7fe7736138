import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, type Ports, type Services, systemClock } from "@consigne/core";
import { FaultDoor } from "./faults/fault-door.ts";
import { Faults } from "./faults/fault-rules.ts";
import { InnerServer } from "./inner-server.ts";
import { RequestLog } from "./requests/request-log.ts";

/** A whole server in this process, on a free port and a temporary folder that goes with it. */
export interface TestServer extends AsyncDisposable {
  /** Base of the native face, without a trailing slash. It stays the same when the server is started again. */
  readonly url: string;
  readonly email: string;
  readonly password: string;
  /** Of the administrator: no limits, every scope. */
  readonly apiKey: string;
  readonly dataDir: string;
  /** The domain's services, past the wire. @throws {Error} while the server is stopped */
  readonly services: Services;
  /** Cuts every connection and lets go of the port: calls are refused until `start`. The data stay. */
  stop(): Promise<void>;
  /** Starts it again on the same port and data; does nothing while it runs. */
  start(): Promise<void>;
  /** `stop` and `start`. */
  restart(): Promise<void>;
}

/** A test server with a door in front that notes every request and breaks connections on order. */
export interface FaultyServer extends TestServer {
  readonly faults: Faults;
  readonly requests: RequestLog;
}

export interface TestServerOptions {
  /** Settings as in the environment; limits are `off` unless named here. */
  settings?: Readonly<Record<string, string>>;
  /** Keeps the folder, for a second start on it. */
  dataDir?: string;
  clock?: Clock;
  /** Puts failing or watching adapters in the place of the real ones. */
  replacePorts?: (embedded: Ports) => Ports;
  /** How soon a running download notices that its right has ended. */
  downloadRecheckMs?: number;
  /** Receives every log line, down to debug. */
  onLogLine?: (line: string) => void;
}

const owner = {
  email: "owner@example.org",
  password: "correct horse battery",
  apiKey: "TestkitKeyOfTheOwner_0123456789-",
};

/** Starts a server whose port is its own: nothing stands between it and the client. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  await using started = new AsyncDisposableStack();
  const { dataDir, inner } = await prepare(started, options);
  const running = await inner.start();
  return assemble(started.move(), { url: running.publicUrl, dataDir }, inner, {
    stop: () => inner.stop(),
    start: async () => void (await inner.start({ CONSIGNE_PORT: String(running.port) })),
  });
}

/** Starts a server with the fault layer in front; its public URL, and so every link, is that of the fault layer. */
export async function startFaultyServer(options: TestServerOptions = {}): Promise<FaultyServer> {
  await using started = new AsyncDisposableStack();
  const { dataDir, inner } = await prepare(started, options);
  const faults = new Faults();
  const requests = new RequestLog(options.clock ?? systemClock);
  const door = await FaultDoor.open(requests, faults);
  started.defer(() => door.close());
  const startBehindDoor = async () => door.lead((await inner.start({ CONSIGNE_PUBLIC_URL: door.url })).port);
  await startBehindDoor();
  const server = assemble(started.move(), { url: door.url, dataDir }, inner, {
    stop: async () => {
      await door.close();
      await inner.stop();
    },
    start: async () => {
      await startBehindDoor();
      await door.reopen();
    },
  });
  return Object.assign(server, { faults, requests });
}

async function prepare(
  started: AsyncDisposableStack,
  options: TestServerOptions,
): Promise<{ dataDir: string; inner: InnerServer }> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "consigne-test-")));
  if (options.dataDir === undefined) started.defer(() => rm(dataDir, { recursive: true, force: true }));
  const { clock, replacePorts, downloadRecheckMs, onLogLine } = options;
  const inner = new InnerServer({
    settings: {
      CONSIGNE_DATA_DIR: dataDir,
      CONSIGNE_PORT: "0",
      CONSIGNE_ADMIN_EMAIL: owner.email,
      CONSIGNE_ADMIN_PASSWORD: owner.password,
      CONSIGNE_ADMIN_API_KEY: owner.apiKey,
      CONSIGNE_LIMITS: "off",
      CONSIGNE_LOG_LEVEL: onLogLine === undefined ? "silent" : "debug",
      ...options.settings,
    },
    clock,
    replacePorts,
    downloadRecheckMs,
    onLogLine,
  });
  return { dataDir, inner: started.use(inner) };
}

function assemble(
  running: AsyncDisposableStack,
  place: { url: string; dataDir: string },
  inner: InnerServer,
  power: { stop(): Promise<void>; start(): Promise<void> },
): TestServer {
  return {
    ...owner,
    ...place,
    get services() {
      return inner.services;
    },
    ...power,
    restart: async () => {
      await power.stop();
      await power.start();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
