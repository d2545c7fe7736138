import type { FastifyRequest } from "fastify";
import type { EdgeSettings } from "../edge-settings.ts";
import { RequestError } from "./error-answer.ts";
import type { RequestStep } from "./request-steps.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The request was sent to the origin that only serves bytes. */
    isAtDownloadOrigin: boolean;
  }
}

const DIRECT_PATH = /^\/(?:[pz][A-Za-z0-9]+|t[A-Za-z0-9_-]+)\/?$/;

/**
 * Allows nothing but direct links, including archives and thumbnails, on the download origin: uploaded files are shown
 * there, and must not share an origin with the site. Cookies are ignored there. On the same host with another port,
 * browsers send those of the site.
 */
export function keepDownloadOrigin({ downloadUrl }: Pick<EdgeSettings, "downloadUrl">): RequestStep {
  const hosts = downloadUrl === undefined ? undefined : hostsOf(new URL(downloadUrl));
  return (request) => {
    if (hosts === undefined || !hosts.has(request.host.toLowerCase())) return;
    request.isAtDownloadOrigin = true;
    delete request.headers.cookie;
    if (!DIRECT_PATH.test(pathOf(request)))
      throw new RequestError("endpointNotAvailable", "There is nothing at this URL.");
  };
}

const pathOf = ({ url }: FastifyRequest): string => url.split("?", 1)[0] ?? "";

/** The ways a browser may write the host: with the default port, with a trailing dot. */
function hostsOf({ protocol, hostname, port }: URL): ReadonlySet<string> {
  const usual = protocol === "https:" ? "443" : "80";
  const ports = port === "" ? ["", `:${usual}`] : [`:${port}`];
  return new Set([hostname, `${hostname}.`].flatMap((name) => ports.map((suffix) => `${name}${suffix}`)));
}
