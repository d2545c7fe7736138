import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./_free-port.ts";
import { listening } from "./_listening.ts";
import { cleanVariables, finish } from "./_programs.ts";

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
  /** The certificate's file, if there is TLS. */
  readonly certificate: string;
  readonly #folder: string;
  readonly #end: () => Promise<void>;

  private constructor(url: string, folder: string, end: () => Promise<void>) {
    this.url = url;
    this.port = Number(new URL(url).port);
    this.certificate = certificateIn(folder);
    this.#folder = folder;
    this.#end = end;
  }

  /**
   * `takesLittle`: requests of a MiB at most, as where nobody has set it.
   * `http2`: TLS, with a certificate for 127.0.0.1, and the lines that the guide shows for HTTP/2.
   */
  static async start(upstreamPort: number, { takesLittle = false, http2 = false } = {}): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), "consigne-nginx-"));
    const port = await freePort();
    const config = join(folder, "nginx.conf");
    const ports = { port, upstreamPort };
    const guided = http2 ? await guideHttp2Config(folder, ports) : await guideConfig(ports);
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
    return new Nginx(`${http2 ? "https" : "http"}://127.0.0.1:${port}`, folder, async () => {
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

interface Ports {
  port: number;
  upstreamPort: number;
}

/** The guide's own text; only its listening and upstream addresses are changed, and TLS is left out. */
async function guideConfig(ports: Ports): Promise<string> {
  const { site, downloads } = await guideBlocks();
  return withPorts(`${site}\n${downloads}`, ports, "").replaceAll(/^\s*ssl_.*\n/gm, "");
}

/** The guide's text for HTTP/2; only its addresses and its certificate are changed. */
async function guideHttp2Config(folder: string, ports: Ports): Promise<string> {
  const { site, http2 } = await guideBlocks();
  const isBefore = await isBeforeHttp2Directive(folder);
  const lines = isBefore ? http2.replace("http2 on;", "") : http2;
  const key = await makeCertificate(folder);
  return withPorts(site, ports, isBefore ? " ssl http2" : " ssl")
    .replace(/^\s*ssl_certificate .*$/m, `${lines}  ssl_certificate ${certificateIn(folder)};`)
    .replace(/^\s*ssl_certificate_key .*$/m, `  ssl_certificate_key ${key};`);
}

async function guideBlocks(): Promise<{ site: string; http2: string; downloads: string }> {
  const shown = [...(await readFile(guide, "utf8")).matchAll(/^```nginx\n([^]*?)^```$/gm)].map(([, text]) => text);
  const [site = "", http2 = "", downloads = ""] = shown;
  if (shown.length !== 3 || !http2.includes("http2 on;")) throw new Error("The guide shows other configurations.");
  return { site, http2, downloads };
}

function withPorts(shown: string, ports: Ports, listensWith: string): string {
  const listen = `listen 127.0.0.1:${ports.port}${listensWith};`;
  const server = `server 127.0.0.1:${ports.upstreamPort};`;
  const config = shown.replaceAll("listen 443 ssl;", listen).replace("server 127.0.0.1:8080;", server);
  for (const needed of [listen, server]) {
    if (!config.includes(needed)) throw new Error(`The configuration of the guide has no place for "${needed}"`);
  }
  return config;
}

/** The directive `http2` exists since nginx 1.25.1. */
async function isBeforeHttp2Directive(folder: string): Promise<boolean> {
  const { stderr } = await finish(nginxProgram, ["-v"], { variables: cleanVariables(folder), folder });
  const [, minor, patch] = /nginx\/1\.(\d+)\.(\d+)/.exec(stderr) ?? [];
  return Number(minor) < 25 || (Number(minor) === 25 && Number(patch) < 1);
}

const certificateIn = (folder: string) => join(folder, "site.pem");

/** Makes a certificate; its key's path. */
async function makeCertificate(folder: string): Promise<string> {
  const key = join(folder, "site.key");
  const options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -days 30";
  const names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificateIn(folder)];
  const args = [...options.split(" "), ...names];
  const { code, stderr } = await finish("openssl", args, { variables: cleanVariables(folder), folder });
  if (code !== 0) throw new Error(stderr);
  return key;
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
