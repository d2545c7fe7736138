import { isIP } from "node:net";
import { reasonOf } from "@consigne/contract/system-reasons";
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

/** What the library adds to its errors. */
interface SmtpFailure extends Error {
  /** The command that failed, such as `RCPT TO`; `CONN`: connecting. */
  command?: string;
  /** The answer of the server, if it gave one; may have several lines. */
  response?: string;
  responseCode?: number;
  /** The system's code, if the connection failed. */
  originalCode?: string;
}

/** Commands that are the same for every letter. */
const BEFORE_THE_LETTER = /^(?:CONN|EHLO|HELO|STARTTLS|AUTH|MAIL FROM)/;

/** The library's own message would repeat the server's answer, some of them twice. */
function mailError(host: string, cause: unknown): MailError {
  const failure: SmtpFailure = cause instanceof Error ? cause : new Error(String(cause));
  const { command = "", response, responseCode = 0 } = failure;
  // The first digit says whether retrying may help (RFC 5321, 4.2.1), but settings can be corrected, and so can the
  // mail server. 530: some ask for a password as late as for the recipient.
  const isFinal = responseCode >= 500 && responseCode !== 530 && !BEFORE_THE_LETTER.test(command);
  const what = response === undefined ? unanswered(command) : `refused ${refusedBy(command)}`;
  const why = response === undefined ? failureText(failure) : answerText(response);
  return new MailError(`The mail server ${host} ${what}: ${why}`, { isFinal, cause });
}

const unanswered = (command: string) => (command === "CONN" ? "cannot be reached" : "did not accept the e-mail");

function refusedBy(command: string): string {
  if (/^(?:CONN|EHLO|HELO|STARTTLS)/.test(command)) return "the connection";
  if (command.startsWith("AUTH")) return "the user name or password";
  if (command === "MAIL FROM") return "the sender";
  return command === "RCPT TO" ? "the recipient" : "the e-mail";
}

/** One line: the codes are repeated on each line of an answer (RFC 5321, 4.2.1; RFC 2034, 4). */
function answerText(response: string): string {
  const [first = "", ...more] = response.split(/\r?\n/);
  const rest = more.map((line) => line.replace(/^\d{3}[ -]?(?:[245]\.\d{1,3}\.\d{1,3} )?/, ""));
  return [first.replace(/^(\d{3})-/, "$1 "), ...rest].join(" ").trim();
}

function failureText({ message, originalCode: code }: SmtpFailure): string {
  const [first = ""] = message.split("\n");
  return reasonOf(Object.assign(new Error(first), { code }));
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
