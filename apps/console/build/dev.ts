import { spawn } from "node:child_process";
import { join } from "node:path";
import { createServer, type Plugin } from "vite";
import { serverEnvironment } from "./env.ts";
import { viteSettings } from "./vite-settings.ts";

const repository = join(import.meta.dirname, "../../..");
/** The line that the server prints when it is ready. */
const LISTENS = /^Consigne listens on (\S+)$/m;

/**
 * `npm run dev` starts the server, and restarts it after each change of its sources. A development server in front of
 * it serves the console from its sources, reloads it after each change, and passes everything else on to the server.
 */
function main(): void {
  const server = spawn(process.execPath, ["--watch", "apps/server/src/bin.ts", "serve"], {
    cwd: repository,
    env: serverEnvironment(),
    stdio: ["inherit", "pipe", "inherit"],
  });
  server.on("exit", (code) => process.exit(code ?? 1));
  let hasStarted = false;
  server.stdout.setEncoding("utf8").on("data", (text: string) => {
    process.stdout.write(text);
    const url = LISTENS.exec(text)?.[1];
    if (url === undefined || hasStarted) return;
    hasStarted = true;
    void startConsole(url);
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => server.kill(signal));
}

/** Where a server without a console sends users after sign-in. */
const consoleAfterSignIn: Plugin = {
  name: "console-after-sign-in",
  configureServer: ({ middlewares }) =>
    void middlewares.use("/console/index.pl", (_request, response) => {
      response.writeHead(303, { location: "/console/" }).end();
    }),
};

async function startConsole(target: string): Promise<void> {
  const { origin } = new URL(target);
  const vite = await createServer({
    ...viteSettings,
    plugins: [...(viteSettings.plugins ?? []), consoleAfterSignIn],
    server: {
      host: "127.0.0.1",
      proxy: {
        "^(?!/console/(?!\\w+\\.pl))": {
          target: origin,
          changeOrigin: true,
          // A session is only valid for the server's own origin, and this is another port.
          configure: (proxy) =>
            proxy.on("proxyReq", (request) => {
              if (request.getHeader("origin") !== undefined) request.setHeader("origin", origin);
            }),
        },
      },
    },
  });
  await vite.listen();
  process.stdout.write(
    `The console from its sources, loaded again after each change: ${vite.resolvedUrls?.local[0]}\n`,
  );
}

main();
