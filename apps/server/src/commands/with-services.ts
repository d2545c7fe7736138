import type { Services } from "@consigne/core";
import { holdWhereBackup } from "../backup/copying.ts";
import { type Config, readConfig } from "../config.ts";
import { dataPathsIn } from "../data-folder.ts";
import { loadEnvironmentFile, readEnvironment } from "../env.ts";
import { openServices } from "../open-services.ts";

/** Runs `work` on the configured data, with or without a running server, and closes everything afterwards. */
export async function withServices<T>(
  work: (services: Services, config: Config) => Promise<T>,
  options: { mayBeAnyStore?: boolean | undefined; onBytesTrouble?: (text: string) => void } = {},
): Promise<T> {
  loadEnvironmentFile();
  const { config } = readConfig(readEnvironment());
  using _ = holdWhereBackup(config.dataDir, dataPathsIn(config.dataDir));
  await using opened = await openServices(config, options);
  return await work(opened.services, config);
}
