import { readFile } from "node:fs/promises";
import { getCACertificates, rootCertificates } from "node:tls";
import type { Variables } from "../environment.ts";

/** Variables with which people already name a bundle for one kind of program. */
const bundleVariables = ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "RCLONE_CA_CERT"] as const;

/**
 * Where systems keep their bundle: Debian and Alpine; Fedora and RHEL; openSUSE; FreeBSD and Homebrew's OpenSSL; macOS.
 */
const systemBundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/usr/local/etc/ssl/cert.pem",
  "/etc/ssl/cert.pem",
];

/**
 * PEM certificates that programs started by this user currently trust: the system's, and those that the user has named
 * in variables we are about to replace, without duplicates. Falls back to the authorities included in Node.js.
 */
export async function readTrustedCertificates(variables: Variables): Promise<string[]> {
  const named = bundleVariables.flatMap((name) => variables[name] || []);
  const fromUser = await Promise.all(named.map(readCertificates));
  const certificates = [...(await readSystemCertificates()), ...fromUser.flat()];
  return [...new Set(certificates)];
}

/** The certificates in a PEM file; none if it cannot be read, like the programs that would have used it. */
export async function readCertificates(path: string): Promise<string[]> {
  const text = await readFile(path, "latin1").catch(() => "");
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

async function readSystemCertificates(): Promise<string[]> {
  for (const path of systemBundles) {
    const certificates = await readCertificates(path);
    if (certificates.length > 0) return certificates;
  }
  const fromSystem = getCACertificates("system");
  return fromSystem.length > 0 ? fromSystem : [...rootCertificates];
}

/** Text of a PEM bundle. */
export function pemBundle(certificates: readonly string[]): string {
  return certificates.map((certificate) => `${certificate.trim()}\n`).join("");
}
