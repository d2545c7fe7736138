import type { Socket } from "node:net";
import {
  type FetchCodeOfHost,
  type OpenedSource,
  plainAddress,
  SourceError,
  type SourceOrder,
  type SourceVersion,
} from "@consigne/core";
import { chunksInTurn } from "./chunks-in-turn.ts";
import { connectTo } from "./checked-socket.ts";
import { addressInvalid, brokenOff, contradiction, tooSlow } from "./failures.ts";
import { extendedPassivePort, FtpControl, type FtpReply, passivePort } from "./ftp-control.ts";
import { reachableAddresses } from "./host-addresses.ts";
import type { FetchParts } from "./http-exchange.ts";
import type { OpenEnds } from "./open-ends.ts";
import { Pace } from "./pace.ts";
import type { SourceAddress } from "./source-address.ts";
import { noBytes, sourceBytes } from "./source-bytes.ts";

interface FtpSession {
  control: FtpControl;
  host: string;
  /** Address of the control connection: data must come from there too. */
  address: string;
  parts: FetchParts;
  ends: OpenEnds;
}

/** @throws {SourceError} */
export async function openFtp(
  order: SourceOrder,
  start: SourceAddress,
  parts: FetchParts,
  ends: OpenEnds,
): Promise<OpenedSource> {
  const path = ftpPath(start.url);
  const session = await connectControl(start, parts, ends);
  using _ = ends.limit(parts.bounds.headMs, () => tooSlow(session.host));
  try {
    await logIn(session, start.login);
    return await openFile(session, path, order, start.url);
  } catch (error) {
    throw ends.reasonOr(() => (error instanceof SourceError ? error : brokenOff(session.host, error)));
  }
}

/**
 * The path as bytes, one per character, relative to the login folder (RFC 1738, 3.2.2). A question mark has no special
 * meaning in ftp.
 */
function ftpPath({ pathname, search }: URL): string {
  const path = (pathname + search).replace(/^\//, "").replace(/;type=[aid]$/i, "");
  const bytes = path.replaceAll(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  if (/[\0\r\n]/.test(bytes)) throw addressInvalid({ code: "ftp-path" });
  if (bytes === "" || bytes.endsWith("/")) throw addressInvalid({ code: "ftp-folder" });
  return bytes;
}

async function connectControl({ url, port }: SourceAddress, parts: FetchParts, ends: OpenEnds): Promise<FtpSession> {
  const { connectMs, headBytes } = parts.bounds;
  const { hostname, host } = url;
  const addresses = await reachableAddresses(hostname, { ...parts, connectMs }, ends);
  const socket = await connectTo({ hostname, port, addresses }, connectMs, ends);
  const address = plainAddress(socket.remoteAddress ?? "");
  return { control: new FtpControl(socket, host, headBytes), host, address, parts, ends };
}

async function logIn({ control, host }: FtpSession, login: SourceAddress["login"]): Promise<void> {
  requireDone(await control.reply(), host, "ftp-closed");
  const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
  const user = await control.ask(`USER ${bytes(login?.user ?? "anonymous")}`);
  const entered = user.code === 331 ? await control.ask(`PASS ${bytes(login?.password ?? "anonymous@")}`) : user;
  requireDone(entered, host, "ftp-login-refused");
  requireDone(await control.ask("TYPE I"), host, "ftp-text-only");
}

/** Anything else is a refusal: 4xx temporary, 5xx permanent. */
function requireDone({ code }: FtpReply, host: string, otherwise: FetchCodeOfHost): void {
  if (code >= 200 && code < 300) return;
  const isFinal = code >= 500;
  throw new SourceError(isFinal ? "refused" : "unavailable", { code: otherwise, host }, { isFinal });
}

async function openFile(session: FtpSession, path: string, order: SourceOrder, url: URL): Promise<OpenedSource> {
  const { control, host, ends } = session;
  const sizeBytes = sizeOf(await control.ask(`SIZE ${path}`));
  const version = versionOf(await control.ask(`MDTM ${path}`));
  const isSame = order.version?.modifiedAt === version?.modifiedAt;
  const wanted = isSame && order.from <= (sizeBytes ?? Infinity) ? order.from : 0;
  const about = { url: url.href, contentType: undefined, fileName: undefined, version, sizeBytes };
  if (wanted > 0 && wanted === sizeBytes) {
    ends.end();
    return { ...about, offset: wanted, bytes: noBytes(), close: () => undefined };
  }
  const data = await connectData(session);
  const offset = wanted > 0 && (await control.ask(`REST ${wanted}`)).code === 350 ? wanted : 0;
  const begun = await control.ask(`RETR ${path}`);
  if (begun.code < 100 || begun.code >= 200) requireDone(begun, host, "ftp-no-file");
  const expectedBytes = sizeBytes === undefined ? undefined : sizeBytes - offset;
  return { ...about, offset, bytes: fileBytes(session, data, expectedBytes, begun), close: () => ends.end() };
}

function sizeOf({ code, text }: FtpReply): number | undefined {
  const size = code === 213 && /^\d{1,16}\s*$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}

function versionOf({ code, text }: FtpReply): SourceVersion | undefined {
  const isTime = code === 213 && /^\d{14}(\.\d{1,9})?\s*$/.test(text);
  return isTime ? { etag: undefined, modifiedAt: text.trim() } : undefined;
}

async function connectData({ control, host, address, parts, ends }: FtpSession): Promise<Socket> {
  const port =
    extendedPassivePort(await control.ask("EPSV")) ??
    (address.includes(":") ? undefined : passivePort(await control.ask("PASV")));
  if (port === undefined) throw contradiction(host, "ftp-no-connection");
  return connectTo({ hostname: host, port, addresses: [address] }, parts.bounds.connectMs, ends);
}

function fileBytes(
  { control, host, parts, ends }: FtpSession,
  data: Socket,
  expectedBytes: number | undefined,
  begun: FtpReply,
): AsyncIterableIterator<Uint8Array> {
  const finish = async (): Promise<void> => {
    // Some servers report that the file was sent where others report that they begin.
    const ended = begun.code < 200 ? await lastReply(control, parts.bounds.idleMs) : begun;
    // Routers drop connections that were silent for long; a file of the announced size is complete.
    if (ended === undefined && expectedBytes !== undefined) return;
    if (ended === undefined || ended.code < 200 || ended.code >= 300) throw brokenOff(host);
  };
  const chunks = chunksInTurn(data);
  return sourceBytes(chunks, { host, expectedBytes, finish }, new Pace(host, parts.bounds, ends), ends);
}

/** Undefined if none arrives in time. */
async function lastReply(control: FtpControl, withinMs: number): Promise<FtpReply | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), withinMs);
  try {
    return await Promise.race([control.reply().catch(() => undefined), promise]);
  } finally {
    clearTimeout(timer);
  }
}
