import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Variables } from "../environment.ts";
import { javaTrustStore, javaTrustStorePassword } from "../trust/java-trust-store.ts";
import { pemBundle, readCertificates, readTrustedCertificates } from "../trust/trusted-certificates.ts";
import { readWgetCertificates, writeProgramSettings } from "../trust/program-settings.ts";
import { noProxyForPrograms } from "./no-proxy.ts";

/** User name of the proxy credentials; the password is random for each start. */
export const proxyUser = "consigne";

/** A password of 192 bits that needs no escaping in a URL. */
export function newProxyPassword(): string {
  return randomBytes(24).toString("base64url");
}

/** Variables to add to a program's environment, and the folder with the files they name. */
export interface ProgramEnvironment {
  variables: Record<string, string>;
  /** PEM bundle: everything trusted before, plus our authority. */
  bundlePath: string;
  /** Removes the files. */
  remove(): Promise<void>;
}

export interface ProgramEnvironmentOptions {
  proxyPort: number;
  /** Undefined if the proxy requires no password. */
  proxyPassword: string | undefined;
  authorityPem: string;
  /** The environment that programs would have had without us. */
  inherited: Variables;
}

/** Writes the trust files into a private temporary folder, and returns variables that name them and the proxy. */
export async function createProgramEnvironment(options: ProgramEnvironmentOptions): Promise<ProgramEnvironment> {
  const { inherited, authorityPem } = options;
  const folder = await mkdtemp(join(tmpdir(), "consigne-"));
  const paths = {
    bundle: join(folder, "ca-bundle.pem"),
    extra: join(folder, "extra-ca.pem"),
    java: join(folder, "truststore.jks"),
  };
  const before = [...(await readTrustedCertificates(inherited)), ...(await readWgetCertificates(inherited))];
  const trusted = [...new Set(before), authorityPem];
  const extraOfUser = inherited.NODE_EXTRA_CA_CERTS ? await readCertificates(inherited.NODE_EXTRA_CA_CERTS) : [];
  await Promise.all([
    writeFile(paths.bundle, pemBundle(trusted)),
    writeFile(paths.extra, pemBundle([...extraOfUser, authorityPem])),
    writeFile(paths.java, javaTrustStore(trusted)),
  ]);
  const settings = await writeProgramSettings(folder, paths.bundle, inherited);
  const trust = { ...trustVariables(paths), ...settings, ...javaVariables(options, paths.java) };
  return {
    variables: { ...proxyVariables(options), ...trust },
    bundlePath: paths.bundle,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Both spellings: curl only reads the lower-case `http_proxy`, some programs only the upper-case names. */
function proxyVariables({ proxyPort, proxyPassword, inherited }: ProgramEnvironmentOptions): Record<string, string> {
  const credentials = proxyPassword === undefined ? "" : `${proxyUser}:${proxyPassword}@`;
  const url = `http://${credentials}127.0.0.1:${proxyPort}`;
  const noProxy = noProxyForPrograms(inherited.no_proxy || inherited.NO_PROXY);
  return { HTTPS_PROXY: url, https_proxy: url, HTTP_PROXY: url, http_proxy: url, NO_PROXY: noProxy, no_proxy: noProxy };
}

function trustVariables(paths: { bundle: string; extra: string }): Record<string, string> {
  return {
    // OpenSSL and everything linked to it, Go, Ruby, Python's ssl module
    SSL_CERT_FILE: paths.bundle,
    CURL_CA_BUNDLE: paths.bundle,
    REQUESTS_CA_BUNDLE: paths.bundle,
    RCLONE_CA_CERT: paths.bundle,
    PERL_LWP_SSL_CA_FILE: paths.bundle,
    DENO_CERT: paths.bundle,
    NODE_EXTRA_CA_CERTS: paths.extra,
    NODE_USE_ENV_PROXY: "1",
  };
}

/** Java reads neither the proxy variables nor a PEM bundle; it needs both as system properties. */
function javaVariables(
  { proxyPort, inherited }: ProgramEnvironmentOptions,
  trustStorePath: string,
): Record<string, string> {
  const nonProxyHosts = "localhost|127.*|[::1]";
  const properties = {
    "http.proxyHost": "127.0.0.1",
    "http.proxyPort": String(proxyPort),
    "https.proxyHost": "127.0.0.1",
    "https.proxyPort": String(proxyPort),
    "http.nonProxyHosts": nonProxyHosts,
    "javax.net.ssl.trustStore": trustStorePath,
    "javax.net.ssl.trustStoreType": "JKS",
    "javax.net.ssl.trustStorePassword": javaTrustStorePassword,
  };
  const ours = Object.entries(properties).map(([name, value]) => `"-D${name}=${value}"`);
  const theirs = inherited.JAVA_TOOL_OPTIONS ? [inherited.JAVA_TOOL_OPTIONS] : [];
  return { JAVA_TOOL_OPTIONS: [...theirs, ...ours].join(" ") };
}
