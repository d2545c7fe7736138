import type { Clock, Ports, Services } from "@consigne/core";
import {
  createLogger,
  type EdgeBounds,
  readConfig,
  readEnvironment,
  type RunningServer,
  startServer,
  settingsInForce,
} from "@consigne/server";

export interface InnerServerInput {
  /** As environment variables. */
  settings: Readonly<Record<string, string>>;
  clock: Clock;
  replacePorts: (embedded: Ports) => Ports;
  downloadRecheckMs: number | undefined;
  bounds: Partial<EdgeBounds> | undefined;
  onLogLine: ((line: string) => void) | undefined;
  consoleFolder: string | undefined;
}

/** The server in this process, which can be stopped and started again on the same data. */
export class InnerServer implements AsyncDisposable {
  readonly #input: InnerServerInput;
  #running: RunningServer | undefined;
  #ports: Ports | undefined;

  constructor(input: InnerServerInput) {
    this.#input = input;
  }

  /** @throws {Error} while it is stopped */
  get services(): Services {
    return this.#orThrow(this.#running).services;
  }

  /** @throws {Error} before the first start */
  get ports(): Ports {
    return this.#orThrow(this.#ports);
  }

  /** @param overriding settings for this start */
  async start(overriding: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
    if (this.#running !== undefined) return this.#running;
    const { clock, replacePorts, downloadRecheckMs, bounds, onLogLine, settings, consoleFolder } = this.#input;
    const environment = readEnvironment({ ...settings, ...overriding });
    const { config, secrets } = readConfig(environment);
    this.#running = await startServer({
      config,
      secrets,
      settings: settingsInForce(environment.values),
      logger: createLogger(config.logLevel, onLogLine === undefined ? {} : { destination: { write: onLogLine } }),
      clock,
      graceMs: 200,
      bounds,
      consoleFolder,
      replacePorts: (embedded) => {
        this.#ports = replacePorts(embedded);
        return this.#ports;
      },
      ...(downloadRecheckMs === undefined ? {} : { downloadRecheckMs }),
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #orThrow<T>(part: T | undefined): T {
    if (part === undefined) throw new Error("The test server is stopped; start it again first.");
    return part;
  }
}
