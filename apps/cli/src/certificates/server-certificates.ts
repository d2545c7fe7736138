import { createSecureContext } from "node:tls";
import type { SecureContext } from "node:tls";
import type { CertificateAuthority } from "./certificate-authority.ts";

const renewBeforeMs = 86_400_000;
/**
 * Hosts more than one label below a domain need a certificate each; a client that invents names must not fill the
 * memory.
 */
const maximumCached = 256;

interface CachedContext {
  context: Promise<SecureContext>;
  /** Milliseconds since the epoch. */
  validTo: number;
}

/** Server certificates by host, created on demand and kept only in memory. */
export class ServerCertificates {
  readonly #authority: CertificateAuthority;
  readonly #cached = new Map<string, CachedContext>();

  constructor(authority: CertificateAuthority) {
    this.#authority = authority;
  }

  /** One certificate covers a domain and all names one label below it. */
  contextFor(host: string, domain: string): Promise<SecureContext> {
    const isCoveredByWildcard = host === domain || !host.slice(0, -domain.length - 1).includes(".");
    const key = isCoveredByWildcard ? domain : host;
    const cached = this.#cached.get(key);
    if (cached && cached.validTo - Date.now() > renewBeforeMs) return cached.context;

    const issued = this.#authority.issueServerCertificate(
      isCoveredByWildcard ? [domain, `*.${domain}`] : [host, domain, `*.${domain}`],
    );
    const context = issued.then(({ keyPem, certificatePem }) =>
      createSecureContext({ key: keyPem, cert: certificatePem, minVersion: "TLSv1.2" }),
    );
    const entry: CachedContext = { context, validTo: Number.POSITIVE_INFINITY };
    issued.then(
      ({ validTo }) => (entry.validTo = validTo.getTime()),
      () => this.#cached.delete(key),
    );
    if (this.#cached.size >= maximumCached) this.#cached.clear();
    this.#cached.set(key, entry);
    return context;
  }
}
