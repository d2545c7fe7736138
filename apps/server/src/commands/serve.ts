import { join } from "node:path";
import { existsSync } from "node:fs";
import { builtFolder } from "@consigne/console/built";
import { onStopSignal } from "@consigne/launcher/stop-signals";
import { loadEnvironmentFile, programCall, readEnvironment } from "../env.ts";
import { readConfig } from "../config.ts";
import { firstStartText, laterStartText, unreachableAdministrator } from "../first-start.ts";
import type { Logger } from "pino";
import { startHeartbeat } from "../heartbeat.ts";
import { LastErrors } from "../last-errors.ts";
import { createLogger } from "../logger.ts";
import { nameOfProcess } from "../running-process.ts";
import { settingsInForce } from "../settings-in-force.ts";
import { nameOfFile } from "../single-server-lock.ts";
import { type RunningServer, startServer } from "../server.ts";

const LOG_PATIENCE_MS = 500;

/** Runs until a signal asks it to stop; resolves when everything is closed. */
export async function serve(): Promise<void> {
  const fromFile = loadEnvironmentFile();
  const environment = readEnvironment();
  const { config, secrets } = readConfig(environment);
  const errors = new LastErrors();
  const logger = createLogger(config.logLevel, {
    onLine: (line) => errors.look(line),
    format: config.logFormat ?? (process.stdout.isTTY ? "text" : "json"),
  });
  const stopped = stopSignal();
  await using tidied = new AsyncDisposableStack();
  tidied.defer(() => flushLog(logger));
  await using running = new AsyncDisposableStack();
  const server = running.use(
    await startServer({ config, secrets, logger, settings: settingsInForce(environment.values, fromFile) }),
  );
  const database = await nameOfFile(join(config.dataDir, "consigne.sqlite"));
  const identity = { process: await nameOfProcess(process.pid), database };
  running.use(startHeartbeat(server.services.status, { url: server.publicUrl, ...identity }, errors));
  process.stdout.write(startText(server, await unreachableAdministrator(server.services, programCall())));
  if (config.hasConsole && !existsSync(join(builtFolder, "index.html"))) process.stdout.write(unbuiltText);
  const { mailPlace: mail } = server.services.passwordReset;
  const { downloadUrl, dataDir, limits } = config;
  logger.info(
    { url: server.publicUrl, downloadUrl: downloadUrl ?? server.publicUrl, dataDir, limits, mail },
    "started",
  );
  const signal = await stopped;
  logger.info({ signal }, "stopping");
}

/** `npm start` builds it, or reports why it cannot. */
const unbuiltText =
  "The console is not built, so people get the plain pages. `npm run build -w @consigne/console` builds it.\n";

function startText(
  { administrator, publicUrl, isUrlGuessed, listeningElsewhere, services }: RunningServer,
  unreachable: string | undefined,
): string {
  const lines = [`Consigne listens on ${publicUrl}`];
  if (listeningElsewhere !== undefined) {
    lines.push(`That is its public URL. The server itself accepts connections on ${listeningElsewhere}.`);
  }
  const { mailPlace } = services.passwordReset;
  if (mailPlace.kind === "folder") {
    lines.push(
      `No mail server is set (CONSIGNE_SMTP_URL): e-mails, such as password resets, are written to ${mailPlace.path}`,
    );
  }
  if (unreachable !== undefined) lines.push(unreachable);
  if (administrator?.isNew === true) lines.unshift(firstStartText(administrator, publicUrl));
  else if (administrator !== undefined) lines.push(laterStartText(administrator, programCall()));
  if (isUrlGuessed) {
    lines.push(
      "It listens on every address of this machine, and links use the address that each caller used. If people reach it " +
        "by another name or through a proxy, set CONSIGNE_PUBLIC_URL.",
    );
  }
  return `${lines.join("\n")}\n`;
}

/** The first signal stops the server gracefully. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => void onStopSignal(resolve));
}

/**
 * Writes everything buffered while the event loop runs: at process exit, the library would keep trying to write to a
 * pipe that nobody reads any more, such as that of `npm start` when npm was ended. It does not always report when it is
 * done with such a pipe, so waiting is limited.
 */
function flushLog(logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(resolve, LOG_PATIENCE_MS);
    logger.flush(() => {
      clearTimeout(patience);
      resolve();
    });
  });
}
