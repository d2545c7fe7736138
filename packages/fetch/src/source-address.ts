import { addressInvalid } from "./failures.ts";
import { REFUSED_HTTP_PORTS } from "./refused-ports.ts";

const LONGEST_URL = 8192;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443, "ftp:": 21 };

/** An address, separated from the credentials in it. */
export interface SourceAddress {
  /** Without credentials and fragment. */
  url: URL;
  port: number;
  login: { user: string; password: string } | undefined;
}

/** @throws {SourceError} */
export function readSourceAddress(text: string): SourceAddress {
  const url = text.length > LONGEST_URL ? null : URL.parse(text);
  if (url === null) throw addressInvalid({ code: "address-unreadable" });
  const port = portOf(url);
  const login = loginOf(url);
  url.username = "";
  url.password = "";
  url.hash = "";
  return { url, port, login };
}

function portOf({ protocol, port }: URL): number {
  const usual = DEFAULT_PORTS[protocol];
  if (usual === undefined) throw addressInvalid({ code: "address-scheme" });
  const number = port === "" ? usual : Number(port);
  if (protocol !== "ftp:" && REFUSED_HTTP_PORTS.has(number))
    throw addressInvalid({ code: "address-port", port: number });
  return number;
}

function loginOf({ username, password }: URL): SourceAddress["login"] {
  if (username === "" && password === "") return undefined;
  const login = { user: percentDecoded(username), password: percentDecoded(password) };
  // A line end would end an ftp command, a colon the user name in http.
  if (/\p{Cc}/u.test(login.user + login.password)) throw addressInvalid({ code: "login-unsendable" });
  return login;
}

/** Text that cannot be decoded is used as it is. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
