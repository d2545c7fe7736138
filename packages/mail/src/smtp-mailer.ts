import { isIP } from "node:net";
import { MailError, type Mailer } from "@consigne/core";
import { messageOf, type Sender } from "./message.ts";

const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;

/** The address of a mail server: `smtp://USER:PASSWORD@HOST:PORT`, or `smtps://` for TLS from the first byte. */
export interface SmtpAddress {
  host: string;
  port: number;
  isTlsFromStart: boolean;
  user: string | undefined;
  password: string | undefined;
}

/** Undefined if it is not the URL of a mail server. */
export function parseSmtpUrl(text: string): SmtpAddress | undefined {
  const url = URL.parse(text);
  if (url === null || !["smtp:", "smtps:"].includes(url.protocol) || url.hostname === "") return undefined;
  if (!["", "/"].includes(url.pathname) || url.search !== "" || url.hash !== "") return undefined;
  if ((url.username === "") !== (url.password === "")) return undefined;
  const isTlsFromStart = url.protocol === "smtps:";
  const decoded = (part: string) => (part === "" ? undefined : decodeURIComponent(part));
  try {
    return {
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: url.port === "" ? (isTlsFromStart ? 465 : 587) : Number(url.port),
      isTlsFromStart,
      user: decoded(url.username),
      password: decoded(url.password),
    };
  } catch {
    return undefined;
  }
}

/** Sends mails through a mail server. A password only leaves this machine with TLS, and for a valid certificate. */
export function openSmtpMailer(address: SmtpAddress, sender: Sender): Mailer {
  const { host } = address;
  let transport: ReturnType<typeof openTransport> | undefined;
  return {
    place: { kind: "server", host },
    send: async (letter, id) => {
      transport ??= openTransport(address);
      const open = await transport;
      try {
        await open.sendMail(messageOf(letter, id, sender));
      } catch (error) {
        throw mailError(host, error);
      }
    },
    close: async () => (await transport)?.close(),
  };
}

/** Loaded with the first mail, like the other mailer. */
async function openTransport({ host, port, user, password, isTlsFromStart }: SmtpAddress) {
  const { createTransport } = await import("nodemailer");
  const hasPassword = user !== undefined && password !== undefined;
  return createTransport({
    host,
    port,
    secure: isTlsFromStart,
    requireTLS: hasPassword && !isTlsFromStart && !isThisMachine(host),
    ...(hasPassword ? { auth: { user, pass: password } } : {}),
    // Mail servers on this machine have self-signed certificates, and nobody is in between.
    tls: { rejectUnauthorized: !isThisMachine(host) },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** The first digit says whether retrying may help (RFC 5321, 4.2.1). */
function mailError(host: string, error: unknown): MailError {
  const code = responseCodeOf(error);
  const isFinal = code !== undefined && code >= 500 && code !== 530 && code !== 535;
  const reason = error instanceof Error ? error.message : String(error);
  return new MailError(`The mail server ${host} did not accept the e-mail: ${reason}`, { isFinal, cause: error });
}

function responseCodeOf(error: unknown): number | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, "responseCode") : undefined;
  return typeof code === "number" ? code : undefined;
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
