import { loadEnvironmentFile, readEnvironment } from "../env.ts";
import { readConfig } from "../config.ts";
import { firstStartText } from "../first-start.ts";
import type { Logger } from "pino";
import { createLogger } from "../logger.ts";
import { startServer } from "../server.ts";

const LOG_PATIENCE_MS = 500;

/** Runs until a signal asks it to stop; resolves when everything is closed. */
export async function serve(): Promise<void> {
  loadEnvironmentFile();
  const { config, secrets } = readConfig(readEnvironment());
  const logger = createLogger(config.logLevel);
  const stopped = stopSignal();
  await using tidied = new AsyncDisposableStack();
  tidied.defer(() => flushLog(logger));
  await using server = await startServer({ config, secrets, logger });
  if (server.firstAdministrator !== undefined) {
    process.stdout.write(`${firstStartText(server.firstAdministrator, server.publicUrl)}\n`);
  }
  process.stdout.write(`Consigne listens on ${server.publicUrl}\n`);
  logger.info({ url: server.publicUrl, dataDir: config.dataDir, limits: config.limits }, "started");
  const signal = await stopped;
  logger.info({ signal }, "stopping");
}

/** The first signal stops the server in order; a second one finds nobody who catches it and ends the process at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve(signal));
  });
}

/**
 * Whatever is still buffered goes out while the event loop runs: at the exit of the process the library would try for
 * ever to write to a pipe that nobody reads any more, as that of `npm start` when npm was ended. It does not always say
 * when it is done with such a pipe, so it is not waited for without end.
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
