import type { AddressInfo } from "node:net";
import { Server as TlsServer } from "node:tls";
import { civilTimesIn } from "@consigne/contract";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import type { Clock, Countries, Ports, Services, SettingInForce } from "@consigne/core";
import { createHttpServer, type EdgeBounds, NotReadyError } from "@consigne/http";
import type { Logger } from "pino";
import type { Config, Secrets } from "./config.ts";
import { builtFolder } from "@consigne/console/built";
import { CertificateFiles } from "./certificate-files.ts";
import { closeGently } from "./close-gently.ts";
import { ConsoleFolder } from "./console-folder.ts";
import { type DataFolder, markInitialised, openDataFolder } from "./data-folder.ts";
import { openPorts } from "./open-ports.ts";
import { edgeBounds, openFileLimit } from "./edge-bounds.ts";
import { findOrMakeAdministrator, type FirstAdministrator, type KnownAdministrator } from "./first-start.ts";
import { startJobs } from "./job-workers.ts";
import type { ServerLogger } from "./logger.ts";
import { warnOfKey } from "./key-file-mode.ts";
import { servicesOf } from "./open-services.ts";
import { ServerUrl } from "./server-url.ts";
import { holdOwnFolder, refuseSecondServer, UnwritableLockError } from "./single-server-lock.ts";
import packageJson from "../package.json" with { type: "json" };
import { StartError } from "./start-error.ts";
import { WritingAgain } from "./writing-again.ts";

const DOWNLOAD_RECHECK_MS = 5000;
const UPLOAD_RECHECK_MS = 1000;
/** How long running requests may take when the server stops. */
const GRACE_MS = 5000;

/** A listening server. Closing it gives running requests a moment to end, then cuts them. */
export interface RunningServer extends AsyncDisposable {
  publicUrl: string;
  /** True if no public URL is configured and the server listens on all addresses of the machine. */
  isUrlGuessed: boolean;
  /** Where it accepts connections, in words, if that is not its public URL. */
  listeningElsewhere: string | undefined;
  /** The port it listens on, whatever its public URL says. */
  port: number;
  services: Services;
  administrator: FirstAdministrator | KnownAdministrator | undefined;
}

export interface ServerInput {
  config: Config;
  secrets: Secrets;
  logger: ServerLogger;
  /** The settings with their origins, for administrators to see. */
  settings?: readonly SettingInForce[];
  clock?: Clock;
  /** Replaces the embedded adapters, which stay open underneath. */
  replacePorts?: (embedded: Ports) => Ports;
  /** How often a running download checks whether its right has ended. */
  downloadRecheckMs?: number;
  /** Stricter limits than the defaults. */
  bounds?: Partial<EdgeBounds> | undefined;
  /** How long running requests may take when the server stops. */
  graceMs?: number;
  /** The built console, instead of the included one. */
  consoleFolder?: string | undefined;
}

const reportsTo = (logger: ServerLogger) => ({
  onBytesTrouble: (text: string) => logger.error(text),
  onMigrated: (migrations: readonly string[]) => logger.info({ migrations }, "updated the database to this version"),
});

/** Starts everything; after a failure nothing stays open. @throws {StartError} */
export async function startServer(input: ServerInput): Promise<RunningServer> {
  const { config, secrets, logger } = input;
  const downloadRecheckMs = input.downloadRecheckMs ?? DOWNLOAD_RECHECK_MS;
  await using started = new AsyncDisposableStack();
  const folder = await openFolder(input);
  const unheld = tryHolding(started, folder);
  const state: { url: ServerUrl | undefined; isStarted: boolean } = { url: undefined, isStarted: false };
  const mail = { from: config.mailFrom, publicUrl: () => state.url?.main ?? "" };
  const countries = await openCountries(started, config, logger);
  const options = {
    clock: input.clock,
    mail,
    remoteAllow: config.remoteAllow,
    sealingKey: secrets.sealingKey,
    countries,
    thumbnailBytes: config.thumbnailBytes,
    ...reportsTo(logger),
  };
  const embedded = started.use(await openPorts(config.engines, folder, options));
  if (unheld !== undefined && embedded.reading === undefined) throw unheld;
  const writing = started.use(
    new WritingAgain(embedded.reading, logger, unheld === undefined ? undefined : () => holdOwnFolder(folder)),
  );
  const ports = input.replacePorts?.(embedded.ports) ?? embedded.ports;
  const services = await servicesAlone(ports, input, folder);
  started.defer(() => services.bytesRemover.settle());
  started.defer(() => services.passwordReset.settle());

  const bounds = boundsInForce(input);
  const certificate = await openCertificate(started, config, logger);
  const app = await createHttpServer({
    services,
    logger,
    tls: certificate?.current,
    settings: {
      publicUrl: (asked) => state.url?.for(asked) ?? "",
      downloadUrl: config.downloadUrl,
      trustedProxies: config.trustedProxies,
      areProxiesNamed: config.areProxiesNamed,
      allowsKeyInQuery: config.allowsKeyInQuery,
      knowsCountries: config.geoipFile !== undefined,
      allowedOrigins: config.allowedOrigins === "*" ? "*" : new Set(config.allowedOrigins),
      clock: ports.clock,
      times: civilTimesIn(config.wireTimeZone),
      downloadRecheckMs,
      uploadRecheckMs: Math.min(downloadRecheckMs, UPLOAD_RECHECK_MS),
      bounds,
      version: packageJson.version,
      console: config.hasConsole ? new ConsoleFolder(input.consoleFolder ?? builtFolder) : undefined,
      checkReady: async () => {
        if (!state.isStarted) throw new NotReadyError("The server is still starting.");
        await writing.look();
        if (writing.publicReason !== undefined) throw new NotReadyError(writing.publicReason);
        await ports.database.check();
        await ports.blobs.checkWritable();
      },
    },
  });
  started.defer(() => closeGently(app, input.graceMs ?? GRACE_MS));
  const address = await listen(app, config.listen);
  certificate?.watch((renewed) => {
    if (app.server instanceof TlsServer) app.server.setSecureContext(renewed);
  });
  const url = new ServerUrl(config.publicUrl, { ...address, isTls: certificate !== undefined });
  state.url = url;
  // After everything that may fail: the new credentials are shown once, and only by a running server.
  const administrator = await findOrMakeAdministrator(services, config, secrets);
  if (!folder.isInitialised) await markInitialised(folder);
  // Leftovers of a crash are removed now, without waiting for the next run.
  services.bytesRemover.wake();
  started.use(startJobs(ports, services, logger, config.remote.atOnce));
  await warnOfRefusedUploads(services, logger);
  state.isStarted = true;
  const running = started.move();
  return {
    ...asOperatorSees(url),
    port: address.port,
    services,
    administrator,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const asOperatorSees = (url: ServerUrl) => ({
  publicUrl: url.main,
  isUrlGuessed: url.isGuessed,
  listeningElsewhere: url.listeningElsewhere,
});

function boundsInForce({
  config,
  bounds: tighter,
  logger,
}: Pick<ServerInput, "config" | "bounds" | "logger">): EdgeBounds {
  const bounds = edgeBounds(config.connections, tighter);
  if (bounds.connections < config.connections.total) {
    logger.warn(
      { connections: bounds.connections, openFiles: openFileLimit() },
      "the limit on open files is low, so fewer connections are accepted",
    );
  }
  return bounds;
}

/** Undefined if the operator has no country database; no code is loaded for it then. @throws {StartError} */
async function openCountries(
  started: AsyncDisposableStack,
  { geoipFile }: Config,
  logger: Logger,
): Promise<Countries | undefined> {
  if (geoipFile === undefined) return undefined;
  const { CountryFile } = await import("./country-file.ts");
  return started.use(await CountryFile.open(geoipFile, (problem) => logger.warn(problem)));
}

async function openFolder({ config, secrets, logger }: ServerInput): Promise<DataFolder> {
  const folder = await openDataFolder(config.dataDir, { mayCreate: true });
  if (secrets.sealingKey === undefined) await warnOfKey(folder.sealingKeyFile, (problem) => logger.warn(problem));
  return folder;
}

/** Undefined if the operator has none: the server then speaks plain HTTP. @throws {StartError} */
async function openCertificate(
  started: AsyncDisposableStack,
  { tls }: Config,
  logger: Logger,
): Promise<CertificateFiles | undefined> {
  if (tls === undefined) return undefined;
  return started.use(await CertificateFiles.open(tls, (problem) => logger.warn(problem)));
}

/** On rows that no other server uses. @throws {StartError} */
async function servicesAlone(
  ports: Ports,
  { config, settings }: Pick<ServerInput, "config" | "settings">,
  folder: DataFolder,
): Promise<Services> {
  const services = servicesOf(ports, config, settings);
  await refuseSecondServer(services, folder.databaseFile);
  return services;
}

/** The reason why the folder could not be locked, if a server that only reads can continue without. */
function tryHolding(started: AsyncDisposableStack, folder: DataFolder): UnwritableLockError | undefined {
  try {
    started.use(holdOwnFolder(folder));
    return undefined;
  } catch (error) {
    if (error instanceof UnwritableLockError) return error;
    throw error;
  }
}

/** Otherwise the operator would only learn of it from people whose uploads are refused. */
async function warnOfRefusedUploads({ storageSpace }: Services, logger: Logger): Promise<void> {
  const refusal = await storageSpace.refusal();
  if (refusal === undefined) return;
  const why =
    refusal === "storage-full"
      ? "there is too little free space; make room or lower CONSIGNE_MIN_FREE_BYTES"
      : "the storage is not responding";
  logger.warn(`uploads are refused: ${why}`);
}

type HttpServer = Awaited<ReturnType<typeof createHttpServer>>;

const listenHints: Readonly<Record<string, string>> = {
  EADDRINUSE: " Stop that program, or choose another port with CONSIGNE_PORT.",
  EACCES: " Choose a port of 1024 or above with CONSIGNE_PORT.",
  EADDRNOTAVAIL: " Set CONSIGNE_HOST to an address of this machine.",
  ENOTFOUND: " Set CONSIGNE_HOST to an address of this machine.",
};

async function listen(app: HttpServer, where: Config["listen"]): Promise<AddressInfo> {
  try {
    await app.listen(where);
  } catch (error) {
    const hint = listenHints[systemCode(error) ?? ""] ?? "";
    throw new StartError(`Cannot listen on ${where.host}:${where.port}: ${reasonOf(error)}.${hint}`, { cause: error });
  }
  const address = app.server.address();
  if (address === null || typeof address === "string") throw new StartError("The server listens on no port.");
  return address;
}
