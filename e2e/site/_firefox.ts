import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import { cleanVariables } from "../_programs.ts";
import { until } from "../_until.ts";
import { type Engine, type Json, type Step, stop } from "./_engine.ts";

interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  message?: string;
}

/** Firefox without windows, through WebDriver BiDi, which it supports itself: https://w3c.github.io/webdriver-bidi/ */
export class Firefox implements Engine {
  readonly downloads: string;
  readonly #socket: WebSocket;
  #resources = new AsyncDisposableStack();
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #lastId = 0;
  #context = "";
  /** The field whose file dialog was opened. */
  #asking: unknown;

  private constructor(socket: WebSocket, downloads: string) {
    this.#socket = socket;
    this.downloads = downloads;
    socket.on("message", (data: Buffer) => this.#receive(JSON.parse(data.toString()) as Message));
    socket.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Firefox is gone."));
    });
  }

  static async start(): Promise<Firefox> {
    await using resources = new AsyncDisposableStack();
    const home = await mkdtemp(join(tmpdir(), "consigne-firefox-"));
    resources.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
    const downloads = join(home, "downloads");
    const profile = join(home, "profile");
    await Promise.all([mkdir(downloads), mkdir(profile)]);
    const args = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0", "about:blank"];
    const child = spawn("firefox-esr", args, { env: cleanVariables(home), stdio: ["ignore", "ignore", "pipe"] });
    resources.defer(() => stop(child));
    const socket = new WebSocket(`${await addressOf(child)}/session`, { perMessageDeflate: false });
    resources.defer(() => socket.terminate());
    await once(socket, "open");
    const firefox = new Firefox(socket, downloads);
    await firefox.#begin();
    firefox.#resources = resources.move();
    return firefox;
  }

  async open(url: string): Promise<void> {
    await this.#send("browsingContext.navigate", { context: this.#context, url, wait: "complete" });
  }

  async run(script: string, ...args: Json[]): Promise<unknown> {
    const answer = (await this.#send("script.callFunction", {
      functionDeclaration: `async (args) => JSON.stringify((await (${script})(...JSON.parse(args))) ?? null)`,
      arguments: [{ type: "string", value: JSON.stringify(args) }],
      awaitPromise: true,
      target: { context: this.#context },
    })) as { result?: { value: string }; exceptionDetails?: { text: string } };
    if (answer.result === undefined) throw new Error(answer.exceptionDetails?.text);
    return JSON.parse(answer.result.value) as unknown;
  }

  async perform(device: "key" | "pointer", steps: readonly Step[]): Promise<void> {
    const actions = [{ type: device, id: device, actions: steps }];
    await this.#send("input.performActions", { context: this.#context, actions });
  }

  async choose(paths: readonly string[], opening: () => Promise<void>): Promise<void> {
    this.#asking = undefined;
    await opening();
    const element = await until("the dialog for files", async () => this.#asking);
    await this.#send("input.setFiles", { context: this.#context, element, files: paths });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }

  async #begin(): Promise<void> {
    // Nobody could answer the dialogs themselves.
    const unhandledPromptBehavior = { default: "accept", file: "dismiss" };
    await this.#send("session.new", { capabilities: { alwaysMatch: { unhandledPromptBehavior } } });
    await this.#send("session.subscribe", { events: ["input.fileDialogOpened"] });
    const downloadBehavior = { type: "allowed", destinationFolder: this.downloads };
    await this.#send("browser.setDownloadBehavior", { downloadBehavior });
    const { contexts } = (await this.#send("browsingContext.getTree", {})) as { contexts: { context: string }[] };
    this.#context = contexts[0]?.context ?? "";
    const viewport = { width: 1440, height: 800 };
    await this.#send("browsingContext.setViewport", { context: this.#context, viewport });
  }

  #send(method: string, params: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(++this.#lastId, { resolve, reject });
      this.#socket.send(JSON.stringify({ id: this.#lastId, method, params }));
    });
  }

  #receive({ id, method, params, result, message }: Message): void {
    if (method === "input.fileDialogOpened") this.#asking = (params as { element: unknown }).element;
    if (id === undefined) return;
    if (message === undefined) this.#waiting.get(id)?.resolve(result);
    else this.#waiting.get(id)?.reject(new Error(message));
    this.#waiting.delete(id);
  }
}

async function addressOf({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error("What Firefox says is not read.");
  const lines: string[] = [];
  for await (const line of createInterface({ input: stderr })) {
    const address = /^WebDriver BiDi listening on (ws:\S+)$/.exec(line)?.[1];
    if (address !== undefined) {
      stderr.resume();
      return address;
    }
    lines.push(line);
  }
  throw new Error(`Firefox did not start: ${lines.join("\n")}`);
}
