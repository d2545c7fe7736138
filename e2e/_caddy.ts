import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./_free-port.ts";
import { listening } from "./_listening.ts";
import { cleanVariables } from "./_programs.ts";

const guide = fileURLToPath(new URL("../docs/network.md", import.meta.url));

/** Caddy with the guide's configuration, in front of a server. */
export class Caddy implements AsyncDisposable {
  readonly url: string;
  readonly #folder: string;
  readonly #end: () => Promise<void>;

  private constructor(url: string, folder: string, end: () => Promise<void>) {
    this.url = url;
    this.#folder = folder;
    this.#end = end;
  }

  static async start(upstreamPort: number): Promise<Caddy> {
    const folder = await mkdtemp(join(tmpdir(), "consigne-caddy-"));
    const port = await freePort();
    const config = join(folder, "Caddyfile");
    await writeFile(config, `{\n\tadmin off\n}\n${await guideConfig(port, upstreamPort)}`);
    const child = spawn("caddy", ["run", "--config", config, "--adapter", "caddyfile"], {
      env: cleanVariables(folder),
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const closed = once(child, "close");
    await listening(port, { hasEnded: () => child.exitCode !== null, errors: () => `Caddy: ${errors}` });
    return new Caddy(`http://127.0.0.1:${port}`, folder, async () => {
      child.kill("SIGTERM");
      await closed;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The guide's own text; only its listening and upstream addresses are changed, so that it requests no certificate. */
async function guideConfig(port: number, upstreamPort: number): Promise<string> {
  const [, shown = "", ...more] = (await readFile(guide, "utf8")).split(/^```caddy\n([^]*?)^```$/m);
  const config = shown
    .replace("files.example.org {", `http://127.0.0.1:${port} {`)
    .replace("127.0.0.1:8080", `127.0.0.1:${upstreamPort}`);
  const isChanged = config.includes(`:${port} {`) && config.includes(`:${upstreamPort} {`);
  if (!isChanged || more.length !== 1) throw new Error("The guide shows another configuration for Caddy.");
  return config;
}
