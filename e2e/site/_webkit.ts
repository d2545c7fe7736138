import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { freePort } from "../_free-port.ts";
import { cleanVariables } from "../_programs.ts";
import { until } from "../_until.ts";
import { type Engine, type Json, type Step, stop } from "./_engine.ts";

const folders: Partial<Record<NodeJS.Architecture, string>> = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };
const binary = `/usr/lib/${folders[process.arch] ?? ""}/webkit2gtk-4.1/MiniBrowser`;

/** WebKitGTK on a virtual screen, through WebDriver: https://www.w3.org/TR/webdriver2/ */
export class WebKit implements Engine {
  /** Its home folder, because it has no setting for a download folder. */
  readonly downloads: string;
  readonly #url: string;
  #resources = new AsyncDisposableStack();
  #session = "";

  private constructor(url: string, downloads: string) {
    this.#url = url;
    this.downloads = downloads;
  }

  static async start(): Promise<WebKit> {
    await using resources = new AsyncDisposableStack();
    const home = await mkdtemp(join(tmpdir(), "consigne-webkit-"));
    resources.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
    const screen = ["-displayfd", "3", "-screen", "0", "1440x900x24", "-nolisten", "tcp"];
    const display = spawn("Xvfb", screen, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    resources.defer(() => stop(display));
    const [number] = (await once(display.stdio[3] as Readable, "data")) as [Buffer];
    const port = await freePort();
    const env = {
      ...cleanVariables(home),
      DISPLAY: `:${number.toString().trim()}`,
      // Its sandbox needs rights that a container does not give; it only opens this server's pages.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
      NO_AT_BRIDGE: "1",
    };
    const driver = spawn("WebKitWebDriver", [`--port=${port}`], { env, stdio: "ignore" });
    resources.defer(() => stop(driver));
    const webkit = new WebKit(`http://127.0.0.1:${port}`, home);
    await webkit.#begin(resources);
    webkit.#resources = resources.move();
    return webkit;
  }

  async open(url: string): Promise<void> {
    await this.#send("POST", "/url", { url });
  }

  async run(script: string, ...args: Json[]): Promise<unknown> {
    const text = await this.#send("POST", "/execute/async", {
      script: `
        const [args, done] = arguments;
        (async () => JSON.stringify((await (${script})(...JSON.parse(args))) ?? null))()
          .catch((error) => JSON.stringify({ isThrown: String(error) })).then(done);`,
      args: [JSON.stringify(args)],
    });
    const answer = JSON.parse(String(text)) as { isThrown?: string } | null;
    if (answer?.isThrown !== undefined) throw new Error(answer.isThrown);
    return answer;
  }

  async perform(device: "key" | "pointer", steps: readonly Step[]): Promise<void> {
    await this.#send("POST", "/actions", { actions: [{ type: device, id: device, actions: steps }] });
  }

  async choose(paths: readonly string[], opening: () => Promise<void>): Promise<void> {
    // Under remote control the dialog closes by itself.
    await opening();
    const element = (await this.#send("POST", "/element", {
      using: "css selector",
      value: "input[type=file]",
    })) as Record<string, string>;
    await this.#send("POST", `/element/${Object.values(element)[0]}/value`, { text: paths.join("\n") });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }

  async #begin(resources: AsyncDisposableStack): Promise<void> {
    await until("the driver of WebKit", async () => (await fetch(`${this.#url}/status`)).ok || undefined);
    const browserOptions = { binary, args: ["--automation"] };
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": browserOptions } };
    const { sessionId } = (await this.#call("POST", "/session", { capabilities })) as { sessionId: string };
    this.#session = `/session/${sessionId}`;
    // The browser ends with it; a killed one leaves its processes behind.
    resources.defer(async () => void (await this.#send("DELETE", "")));
    await this.#send("POST", "/window/rect", { x: 0, y: 0, width: 1440, height: 900 });
  }

  #send(method: string, path: string, body?: object): Promise<unknown> {
    return this.#call(method, this.#session + path, body);
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const given = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(this.#url + path, { method, ...given });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error((value as { message: string }).message);
    return value;
  }
}
