import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, startChild, waitForPort } from "./child-server.ts";

export interface NginxChild extends AsyncDisposable {
  url: string;
}

/**
 * A separate nginx on loopback, which serves `root` with sendfile and accepts PUT. It does not use any files of the
 * system's nginx.
 */
export async function startNginx(folder: string, root: string): Promise<NginxChild> {
  const home = join(folder, "nginx");
  await mkdir(home, { recursive: true });
  const port = await freePort();
  const configFile = join(home, "nginx.conf");
  const logFile = join(home, "output.log");
  await writeFile(configFile, configOf({ port, root, home }));
  const child = startChild(["nginx", "-p", home, "-e", join(home, "error.log"), "-c", configFile], {
    logFile,
    cwd: home,
  });
  try {
    await waitForPort(port, logFile);
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}

function configOf({ port, root, home }: { port: number; root: string; home: string }): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `  ${name}_temp_path "${join(home, name)}";`,
  );
  return [
    "daemon off;",
    "worker_processes 1;",
    `pid "${join(home, "nginx.pid")}";`,
    // If root starts nginx, its worker runs as a user who cannot read the blobs.
    ...(process.getuid?.() === 0 ? ["user root;"] : []),
    "events { worker_connections 256; }",
    "http {",
    ...temporary,
    "  access_log off;",
    "  sendfile on;",
    "  tcp_nopush on;",
    `  server { listen 127.0.0.1:${port}; location / { root "${root}"; dav_methods PUT; client_max_body_size 0; } }`,
    "}",
    "",
  ].join("\n");
}
