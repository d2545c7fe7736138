import { loadEnvironmentFile, readEnvironment } from "../env.ts";
import { readConfig } from "../config.ts";
import { firstStartText } from "../first-start.ts";
import { createLogger } from "../logger.ts";
import { startServer } from "../server.ts";

/** Runs until a signal asks it to stop; resolves when everything is closed. */
export async function serve(): Promise<void> {
  loadEnvironmentFile();
  const { config, secrets } = readConfig(readEnvironment());
  const logger = createLogger(config.logLevel);
  const stopped = stopSignal();
  await using server = await startServer({ config, secrets, logger });
  if (server.firstAdministrator !== undefined) {
    process.stdout.write(`${firstStartText(server.firstAdministrator, server.publicUrl)}\n`);
  }
  process.stdout.write(`Consigne listens on ${server.publicUrl}\n`);
  logger.info({ url: server.publicUrl, dataDir: config.dataDir, limits: config.limits }, "started");
  const signal = await stopped;
  logger.info({ signal }, "stopping");
}

/** The first signal stops the server in order, a second one at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve(signal);
      });
    }
  });
}
