import type { Ports } from "@consigne/core";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { freePort } from "./_free-port.ts";

/** A server with a separate origin for direct links: another host, because cookies depend on hosts and not on ports. */
export async function startWithDownloadOrigin(
  settings: Readonly<Record<string, string>> = {},
  replacePorts?: (embedded: Ports) => Ports,
  consoleFolder?: string,
): Promise<TestServer & { downloadUrl: string }> {
  const port = await freePort();
  const downloadUrl = `http://127.0.0.1:${port}`;
  const server = await startTestServer({
    ...(replacePorts === undefined ? {} : { replacePorts }),
    ...(consoleFolder === undefined ? {} : { consoleFolder }),
    settings: {
      CONSIGNE_PORT: String(port),
      CONSIGNE_PUBLIC_URL: `http://localhost:${port}`,
      CONSIGNE_DOWNLOAD_URL: downloadUrl,
      ...settings,
    },
  });
  return Object.assign(server, { downloadUrl });
}
