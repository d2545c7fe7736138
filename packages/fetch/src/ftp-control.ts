import type { Socket } from "node:net";
import { brokenOff, contradiction } from "./failures.ts";

export interface FtpReply {
  code: number;
  /** Text of the last line, without the code. For parsing, never for showing. */
  text: string;
}

/** A single line with a code, or several from `123-` to `123 ` (RFC 959, 4.2). */
const FIRST_LINE = /^([1-6]\d\d)([ -]|$)/;

/** The control connection for commands and replies. Commands are bytes, one per character. */
export class FtpControl {
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<Uint8Array, undefined>;
  readonly #host: string;
  readonly #mostBytes: number;
  #pending = "";

  constructor(socket: Socket, host: string, mostBytes: number) {
    this.#socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
    this.#host = host;
    this.#mostBytes = mostBytes;
  }

  /** @throws {SourceError} */
  async ask(command: string): Promise<FtpReply> {
    this.#socket.write(`${command}\r\n`, "latin1");
    return this.reply();
  }

  /** @throws {SourceError} */
  async reply(): Promise<FtpReply> {
    let left = this.#mostBytes;
    const take = async (): Promise<string> => {
      const line = await this.#line(left);
      left -= line.length + 1;
      return line;
    };
    const first = await take();
    const [, code, separator] = FIRST_LINE.exec(first) ?? [];
    if (code === undefined) throw contradiction(this.#host, "not-ftp");
    let last = first;
    while (separator === "-" && !last.startsWith(`${code} `) && last !== code) last = await take();
    return { code: Number(code), text: last.slice(4) };
  }

  async #line(mostBytes: number): Promise<string> {
    let end = this.#pending.indexOf("\n");
    while (end === -1) {
      if (this.#pending.length > mostBytes) throw contradiction(this.#host, "replies-without-end");
      const next = await this.#chunks.next();
      if (next.done === true) throw brokenOff(this.#host);
      this.#pending += Buffer.from(next.value).toString("latin1");
      end = this.#pending.indexOf("\n");
    }
    if (end > mostBytes) throw contradiction(this.#host, "replies-without-end");
    const line = this.#pending.slice(0, end).replace(/\r$/, "");
    this.#pending = this.#pending.slice(end + 1);
    return line;
  }
}

/** The port in a reply to EPSV: between four identical characters (RFC 2428). */
export function extendedPassivePort({ code, text }: FtpReply): number | undefined {
  const [, , port] = code === 229 ? (/\((.)\1\1(\d{1,5})\1\)/.exec(text) ?? []) : [];
  return portOf(Number(port));
}

/** The port in a reply to PASV. Its address is ignored: it could be anybody's. */
export function passivePort({ code, text }: FtpReply): number | undefined {
  const [, high, low] = code === 227 ? (/\d{1,3},\d{1,3},\d{1,3},\d{1,3},(\d{1,3}),(\d{1,3})/.exec(text) ?? []) : [];
  return Number(high) < 256 && Number(low) < 256 ? portOf(Number(high) * 256 + Number(low)) : undefined;
}

const portOf = (port: number): number | undefined => (port > 0 && port < 65_536 ? port : undefined);
