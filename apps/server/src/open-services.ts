import { type Clock, createServices, type Services, type SettingInForce } from "@consigne/core";
import type { Config } from "./config.ts";
import { openDataFolder } from "./data-folder.ts";
import { openPorts } from "./open-ports.ts";

/**
 * The domain's services on the configured ports, without any interface: for the operator's commands. They may run beside
 * a server, and are often used just to look, so none of them migrates a database of an older version.
 */
export async function openServices(
  config: Config,
  options: {
    clock?: Clock | undefined;
    mayBeAnyStore?: boolean | undefined;
    onBytesTrouble?: ((text: string) => void) | undefined;
  } = {},
): Promise<{ services: Services } & AsyncDisposable> {
  const { remoteAllow, thumbnailBytes } = config;
  const folder = await openDataFolder(config.dataDir, { mayCreate: false });
  const opened = await openPorts(config.engines, folder, {
    ...options,
    remoteAllow,
    thumbnailBytes,
    mayMigrate: false,
  });
  const services = servicesOf(opened.ports, config);
  return {
    services,
    [Symbol.asyncDispose]: async () => {
      await services.bytesRemover.settle();
      await services.passwordReset.settle();
      await opened[Symbol.asyncDispose]();
    },
  };
}

export function servicesOf(
  ports: Parameters<typeof createServices>[0],
  config: Config,
  settings?: readonly SettingInForce[],
): Services {
  const { flood } = config;
  return createServices(ports, {
    uploads: config.uploads,
    flood,
    listLimit: config.listLimit,
    maxEntries: config.maxEntries,
    minFreeBytes: config.minFreeBytes,
    freeDownloads: config.freeDownloads,
    siteHost: siteHostOf(config),
    remote: config.remote,
    housekeeping: config.housekeeping,
    trashDays: config.trashDays,
    versionDays: config.versionDays,
    settings,
  });
}

/** Host of the public URL, if the operator set one. */
export const siteHostOf = ({ publicUrl }: Pick<Config, "publicUrl">): string | undefined =>
  publicUrl === undefined ? undefined : new URL(publicUrl).hostname;
