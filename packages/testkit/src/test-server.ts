import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock, Ports, Services } from "@consigne/core";
import { createLogger, readConfig, readEnvironment, startServer } from "@consigne/server";

/** A whole server in this process, on a free port and a temporary folder that goes with it. */
export interface TestServer extends AsyncDisposable {
  /** Base of the native face, without a trailing slash. */
  url: string;
  email: string;
  password: string;
  /** Of the administrator: no limits, every scope. */
  apiKey: string;
  dataDir: string;
  services: Services;
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

const email = "owner@example.org";
const password = "correct horse battery";
const apiKey = "TestkitKeyOfTheOwner_0123456789-";

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  await using started = new AsyncDisposableStack();
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "consigne-test-")));
  if (options.dataDir === undefined) started.defer(() => rm(dataDir, { recursive: true, force: true }));
  const { clock, replacePorts, downloadRecheckMs, onLogLine } = options;
  const { config, secrets } = readConfig(
    readEnvironment({
      CONSIGNE_DATA_DIR: dataDir,
      CONSIGNE_PORT: "0",
      CONSIGNE_ADMIN_EMAIL: email,
      CONSIGNE_ADMIN_PASSWORD: password,
      CONSIGNE_ADMIN_API_KEY: apiKey,
      CONSIGNE_LIMITS: "off",
      CONSIGNE_LOG_LEVEL: onLogLine === undefined ? "silent" : "debug",
      ...options.settings,
    }),
  );
  const server = started.use(
    await startServer({
      config,
      secrets,
      logger: createLogger(config.logLevel, onLogLine === undefined ? undefined : { write: onLogLine }),
      graceMs: 200,
      ...(clock === undefined ? {} : { clock }),
      ...(replacePorts === undefined ? {} : { replacePorts }),
      ...(downloadRecheckMs === undefined ? {} : { downloadRecheckMs }),
    }),
  );
  const running = started.move();
  return {
    url: server.publicUrl,
    email,
    password,
    apiKey,
    dataDir,
    services: server.services,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
