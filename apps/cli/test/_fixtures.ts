import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { DropInSession } from "../src/drop-in/drop-in-session.ts";
import { readEnvironment } from "../src/environment.ts";
import type { Variables } from "../src/environment.ts";

export const binPath = fileURLToPath(new URL("../src/bin.ts", import.meta.url));

export interface RecordedRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  bodyBytes: number;
  body: string;
}

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** A stand-in for a Consigne server. It records each request once its body has arrived, then calls the handler. */
export class RecordingServer {
  readonly requests: RecordedRequest[] = [];
  readonly sockets = new Set<Socket>();
  handler: RequestHandler;
  /** Whether to answer 413 to requests that ask before they send their body. */
  refuseExpectation = false;
  /** Whether to answer 413 before the body has arrived. */
  refuseAtOnce = false;
  port = 0;
  /** Bytes of bodies received, including bodies that never end. */
  bytesUnderWay = 0;
  readonly #changes = new EventEmitter();
  #server: Server | undefined;

  constructor(handler: RequestHandler) {
    this.handler = handler;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = createServer({ requestTimeout: 0 }, (request, response) => void this.#take(request, response));
    server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.once("close", () => {
        this.sockets.delete(socket);
        this.#changes.emit("change");
      });
    });
    server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
      if (this.refuseExpectation) return void response.writeHead(413, { "Content-Length": "0" }).end();
      response.writeContinue();
      void this.#take(request, response);
    });
    server.listen(this.port, "127.0.0.1");
    await once(server, "listening");
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** Waits for a condition that changes as bytes arrive or connections close. */
  async until(isSo: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(60_000);
    while (!isSo()) {
      await once(this.#changes, "change", { signal }).catch(() => {
        throw new Error(`Waited for a minute until ${String(isSo)}.`);
      });
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.refuseAtOnce) {
      response.writeHead(413, { "Content-Length": "0" }).end();
      request.resume();
      return;
    }
    const { method = "", url = "", headers } = request;
    const recorded: RecordedRequest = { method, path: url, headers, bodyBytes: 0, body: "" };
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        recorded.bodyBytes += chunk.length;
        this.bytesUnderWay += chunk.length;
        this.#changes.emit("change");
        if (recorded.bodyBytes < 4096) recorded.body += chunk.toString("utf8");
      }
    } catch {
      return; // the client went away
    }
    this.requests.push(recorded);
    this.handler(request, response);
  }
}

export async function startRecordingServer(t: TestContext, handler?: RequestHandler): Promise<RecordingServer> {
  const server = new RecordingServer(handler ?? ((_request, response) => void response.end(`{"status":"OK"}\n`)));
  await server.start();
  t.after(() => server.stop());
  return server;
}

export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "consigne-cli-test-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The environment of a user without settings, except those given. */
export async function cleanVariables(t: TestContext, extra: Variables = {}): Promise<Record<string, string>> {
  const folder = await temporaryFolder(t);
  const { PATH = "", NODE_COMPILE_CACHE = "" } = process.env;
  const given = Object.entries(extra).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    PATH,
    NODE_COMPILE_CACHE,
    HOME: folder,
    TMPDIR: tmpdir(),
    CONSIGNE_CONFIG_DIR: join(folder, "config"),
    ...Object.fromEntries(given),
  };
}

/** A proxy inside this process, and the variables for programs that should use it. */
export async function startSession(
  t: TestContext,
  serverUrl: string,
  options: { variables?: Variables; serverCaFile?: string; withPassword?: boolean; note?: (line: string) => void } = {},
): Promise<{ session: DropInSession; variables: Record<string, string> }> {
  const inherited = await cleanVariables(t, options.variables);
  // Most tests need none of the two hundred files behind it.
  const { startDropIn } = await import("../src/drop-in/drop-in-session.ts");
  const session = await startDropIn({
    serverUrl,
    serverCaFile: options.serverCaFile,
    port: 0,
    withPassword: options.withPassword ?? true,
    environment: readEnvironment(inherited),
    note: options.note ?? (() => {}),
    isVerbose: false,
  });
  t.after(() => session[Symbol.asyncDispose]());
  return { session, variables: { ...inherited, ...session.program.variables } };
}

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. */
export async function finish(command: string, args: readonly string[], variables: Variables): Promise<Finished> {
  return ended(spawn(command, args, { env: { ...variables }, stdio: ["ignore", "pipe", "pipe"] }));
}

export async function ended(child: ChildProcess): Promise<Finished> {
  const output = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...output };
}

/** Runs `consigne` as a separate process. */
export function consigne(args: readonly string[], variables: Variables): Promise<Finished> {
  return finish(process.execPath, [binPath, ...args], variables);
}

/** Whether a test has to be skipped because a program is missing. On CI that is a failure instead. */
export function lacks(t: TestContext, command: string, ...probe: string[]): boolean {
  const found = spawnSync(command, probe, { stdio: "ignore" });
  if (!found.error && found.status === 0) return false;
  const message = `${[command, ...probe].join(" ")} does not work on this machine`;
  if (process.env.CI === "true") throw new Error(message);
  t.skip(message);
  return true;
}
