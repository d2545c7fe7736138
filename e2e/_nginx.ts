import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./_free-port.ts";
import { listening } from "./_listening.ts";

export const nginxProgram = "/usr/sbin/nginx";
const guide = fileURLToPath(new URL("../docs/network.md", import.meta.url));

/** One line of the access log. */
export interface ProxiedRequest {
  path: string;
  status: number;
  /** False if nginx itself refused the request. */
  wasForwarded: boolean;
}

/** nginx with the guide's configuration, in front of a server. */
export class Nginx implements AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly #folder: string;
  readonly #end: () => Promise<void>;

  private constructor(port: number, folder: string, end: () => Promise<void>) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#end = end;
  }

  /** `takesLittle`: requests of at most a MiB, nginx's default. */
  static async start(upstreamPort: number, { takesLittle = false } = {}): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), "consigne-nginx-"));
    const port = await freePort();
    const config = join(folder, "nginx.conf");
    const guided = await guideConfig({ port, upstreamPort });
    const site = takesLittle ? guided.replaceAll(/^\s*client_max_body_size .*\n/gm, "") : guided;
    await writeFile(config, mainConfig(folder, site));
    for (const name of temporaryFolders) await mkdir(join(folder, name));
    const child = spawn(nginxProgram, ["-p", folder, "-e", join(folder, "error.log"), "-c", config], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const closed = once(child, "close");
    await listening(port, { hasEnded: () => child.exitCode !== null, errors: () => `nginx: ${errors}` });
    return new Nginx(port, folder, async () => {
      child.kill("SIGTERM");
      await closed;
    });
  }

  /** The answered requests, oldest first. */
  async requests(): Promise<ProxiedRequest[]> {
    const text = await readFile(join(this.#folder, "access.log"), "utf8");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const { path, status, upstream } = JSON.parse(line) as { path: string; status: string; upstream: string };
        return { path, status: Number(status), wasForwarded: upstream !== "" };
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const temporaryFolders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/** The guide's own text; only its listening and upstream addresses are changed, and TLS is left out. */
async function guideConfig(ports: { port: number; upstreamPort: number }): Promise<string> {
  const blocks = [...(await readFile(guide, "utf8")).matchAll(/^```nginx\n([^]*?)^```$/gm)];
  if (blocks.length !== 2) throw new Error("The guide shows other configurations for nginx than two.");
  const config = blocks
    .map(([, shown]) => shown)
    .join("\n")
    .replaceAll("listen 443 ssl;", `listen 127.0.0.1:${ports.port};`)
    .replace("server 127.0.0.1:8080;", `server 127.0.0.1:${ports.upstreamPort};`)
    .replaceAll(/^\s*ssl_.*\n/gm, "");
  for (const needed of [`listen 127.0.0.1:${ports.port};`, `server 127.0.0.1:${ports.upstreamPort};`]) {
    if (!config.includes(needed)) throw new Error(`The configuration of the guide has no place for "${needed}"`);
  }
  return config;
}

/** The surrounding configuration of a distribution's nginx.conf. */
function mainConfig(folder: string, site: string): string {
  return [
    "daemon off;",
    "worker_processes 1;",
    "worker_rlimit_nofile 16384;",
    `pid ${join(folder, "nginx.pid")};`,
    // If started by root, its worker would be a user who may not write to the folder.
    ...(process.getuid?.() === 0 ? ["user root;"] : []),
    "events { worker_connections 8192; }",
    "http {",
    ...temporaryFolders.map((name) => `  ${name}_temp_path ${join(folder, name)};`),
    `  log_format lines escape=json '{"path":"$uri","status":"$status","upstream":"$upstream_addr"}';`,
    `  access_log ${join(folder, "access.log")} lines;`,
    site,
    "}",
    "",
  ].join("\n");
}
