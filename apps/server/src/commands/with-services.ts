import type { Services } from "@consigne/core";
import { readConfig } from "../config.ts";
import { loadEnvironmentFile, readEnvironment } from "../env.ts";
import { openServices } from "../server.ts";

/**
 * Runs `work` on the configured data, beside a working server or without one, and closes everything after it.
 * `mayCreate`: on no data at all it begins some, instead of taking the folder for a mistaken one.
 */
export async function withServices<T>(
  work: (services: Services) => Promise<T>,
  options: { mayCreate?: boolean } = {},
): Promise<T> {
  loadEnvironmentFile();
  const { config } = readConfig(readEnvironment());
  await using opened = await openServices(config, { mayCreate: options.mayCreate ?? false });
  return await work(opened.services);
}
