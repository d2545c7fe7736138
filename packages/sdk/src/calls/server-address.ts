import { domains } from "@consigne/contract/links";

const DEFAULT_URL = "https://api.1fichier.com/v1";

/** The server that a client calls. */
export interface ServerAddress {
  /** Base of the JSON calls, without a slash at its end. */
  apiUrl: string;
  /** Scheme, host and port. */
  origin: string;
  /** True for the hosts of 1fichier.com: its error numbers apply, and it does not announce its limits. */
  isOriginal: boolean;
  /** The path as given, if it is not that of the API. A proxy may have put the server there. */
  addressPath?: string;
}

/** @throws {TypeError} it is not an http(s) URL */
export function readServerAddress(url: string = DEFAULT_URL): ServerAddress {
  const parsed = new URL(url);
  if (!["http:", "https:"].includes(parsed.protocol)) {
    throw new TypeError(`The server's URL must begin with http:// or https://, not ${parsed.protocol}//.`);
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw new TypeError("The server's URL must not contain a user name or a password; the key goes into apiKey.");
  }
  const path = parsed.pathname.replace(/\/+$/, "");
  return {
    apiUrl: `${parsed.origin}${path === "" ? "/v1" : path}`,
    origin: parsed.origin,
    isOriginal: isOriginalHost(parsed.hostname),
    ...(path === "" || path === "/v1" ? {} : { addressPath: path }),
  };
}

function isOriginalHost(host: string): boolean {
  return domains.includes(host.split(".").slice(-2).join("."));
}
