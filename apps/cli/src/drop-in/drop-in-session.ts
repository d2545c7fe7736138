import { reasonOf } from "@consigne/contract/system-reasons";
import { AuthorityStore } from "../certificates/authority-store.ts";
import { ServerCertificates } from "../certificates/server-certificates.ts";
import { UsageError } from "../command-line/errors.ts";
import type { Environment } from "../environment.ts";
import { readCertificates } from "../trust/trusted-certificates.ts";
import { parseServerAddress, ServerAgent } from "./consigne-server.ts";
import { Dialer } from "./dialer.ts";
import { DropInProxy } from "./drop-in-proxy.ts";
import { interceptedDomains } from "./hosts.ts";
import { createProgramEnvironment, newProxyPassword } from "./program-environment.ts";
import type { ProgramEnvironment } from "./program-environment.ts";
import { ProxyGuard } from "./proxy-guard.ts";

const defaultServerUrl = "http://127.0.0.1:8080";

export interface DropInSettings {
  serverUrl: string | undefined;
  serverCaFile: string | undefined;
  /** 0 for a free port. */
  port: number;
  withPassword: boolean;
  environment: Environment;
  /** Writes a note for the user. */
  note: (line: string) => void;
  isVerbose: boolean;
}

/** A running proxy and what programs need in order to use it. `await using` closes both. */
export interface DropInSession extends AsyncDisposable {
  port: number;
  /** The server's URL without `/v1`, as used. */
  serverUrl: string;
  program: ProgramEnvironment;
}

export async function startDropIn(settings: DropInSettings): Promise<DropInSession> {
  const { environment, note } = settings;
  const server = parseServerAddress(settings.serverUrl ?? environment.serverUrl ?? defaultServerUrl);
  const serverUrl = `${server.isTls ? "https" : "http"}://${server.authority}${server.pathPrefix}`;
  const dialer = new Dialer(environment.variables);
  const extraAuthorities = await readServerAuthorities(settings.serverCaFile ?? environment.serverCaFile);
  const authority = await new AuthorityStore(environment.configFolder, interceptedDomains).open();
  const password = settings.withPassword ? newProxyPassword() : undefined;
  const proxy = new DropInProxy({
    guard: new ProxyGuard(password),
    certificates: new ServerCertificates(authority),
    dialer,
    server,
    serverAgent: new ServerAgent(server, dialer, extraAuthorities),
    onServerState: outageNotes(serverUrl, note),
    onDistrust: distrustNote(note),
    ...(settings.isVerbose && { onRequest: (line: string) => note(`consigne: ${line}`) }),
  });
  const port = await proxy.listen(settings.port);
  const program = await createProgramEnvironment({
    proxyPort: port,
    proxyPassword: password,
    authorityPem: authority.certificatePem,
    inherited: environment.variables,
  });
  return {
    port,
    serverUrl,
    program,
    [Symbol.asyncDispose]: async () => {
      await proxy.close();
      await program.remove();
    },
  };
}

async function readServerAuthorities(path: string | undefined): Promise<string[]> {
  if (path === undefined) return [];
  const certificates = await readCertificates(path);
  if (certificates.length === 0) throw new UsageError(`${path} contains no readable PEM certificate.`);
  return certificates;
}

/** One note when the server becomes unreachable, one when it is back; not one for each request in between. */
function outageNotes(serverUrl: string, note: (line: string) => void): (error: Error | undefined) => void {
  let isAway = false;
  return (error) => {
    if (error && !isAway) note(`consigne: ${serverUrl} cannot be reached: ${reasonOf(error)}.`);
    if (!error && isAway) note(`consigne: ${serverUrl} answers again.`);
    isAway = error !== undefined;
  };
}

function distrustNote(note: (line: string) => void): () => void {
  let isSaid = false;
  return () => {
    if (isSaid) return;
    isSaid = true;
    note(`consigne: a program does not trust the authority; have it trust the file shown by "consigne ca path".`);
  };
}
