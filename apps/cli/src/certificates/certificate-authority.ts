import { createHash, randomBytes, webcrypto, X509Certificate } from "node:crypto";
import { nameConstraintsOid, nameConstraintsValue } from "./name-constraints.ts";
import { keyAlgorithm, x509 } from "./x509.ts";

const dayMs = 86_400_000;
/** Clocks of containers and laptops differ a little; a certificate valid only from "now" would be refused there. */
const backdatingMs = 3_600_000;
const authorityLifetimeMs = 365 * dayMs;
const leafLifetimeMs = 7 * dayMs;
const renewalMarginMs = 30 * dayMs;

/** PEM of a private key (PKCS #8) and of its certificate. */
export interface KeyAndCertificate {
  keyPem: string;
  certificatePem: string;
}

/** What a person needs to recognize an authority. */
export interface AuthoritySummary {
  subject: string;
  /** SHA-256 of the DER form, as upper-case hex pairs joined by colons. */
  fingerprintSha256: string;
  validFrom: Date;
  validTo: Date;
}

/** Issues server certificates for a fixed set of domains and cannot vouch for any other name. */
export class CertificateAuthority {
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly #certificate: x509.X509Certificate;
  readonly #signingKey: webcrypto.CryptoKey;

  private constructor(pair: KeyAndCertificate, certificate: x509.X509Certificate, signingKey: webcrypto.CryptoKey) {
    this.certificatePem = pair.certificatePem;
    this.keyPem = pair.keyPem;
    this.#certificate = certificate;
    this.#signingKey = signingKey;
  }

  /** Creates a new P-256 key and a self-signed certificate, valid for one year, constrained to the domains. */
  static async create(domains: readonly string[]): Promise<CertificateAuthority> {
    const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      // The random part distinguishes authorities of one user: some trust stores find an issuer only by its name.
      name: [{ O: ["Consigne"] }, { CN: [`Consigne drop-in CA ${randomBytes(4).toString("hex")}`] }],
      serialNumber: randomSerialNumber(),
      notBefore: new Date(Date.now() - backdatingMs),
      notAfter: new Date(Date.now() + authorityLifetimeMs),
      signingAlgorithm: keyAlgorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.Extension(nameConstraintsOid, true, nameConstraintsValue(domains)),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    const pair = { keyPem: await privateKeyPem(keys.privateKey), certificatePem: `${certificate.toString("pem")}\n` };
    return new CertificateAuthority(pair, certificate, keys.privateKey);
  }

  /** Throws if either text is invalid or the two do not belong together. */
  static async load(pair: KeyAndCertificate): Promise<CertificateAuthority> {
    const certificate = new x509.X509Certificate(pair.certificatePem);
    const pkcs8 = x509.PemConverter.decodeFirst(pair.keyPem);
    const signingKey = await webcrypto.subtle.importKey("pkcs8", pkcs8, keyAlgorithm, false, ["sign"]);
    const authority = new CertificateAuthority(pair, certificate, signingKey);
    const probe = await authority.#issue(["probe.invalid"]);
    if (!new X509Certificate(probe.certificatePem).verify(new X509Certificate(pair.certificatePem).publicKey)) {
      throw new Error("the private key does not belong to the certificate");
    }
    return authority;
  }

  /** Whether it is still valid, for exactly these domains. */
  isUsableFor(domains: readonly string[], now = new Date()): boolean {
    const constraints = this.#certificate.getExtension(nameConstraintsOid);
    if (!constraints || !Buffer.from(constraints.value).equals(nameConstraintsValue(domains))) return false;
    return this.#certificate.notBefore <= now && this.#certificate.notAfter.getTime() - now.getTime() > renewalMarginMs;
  }

  /** A certificate for a web server with these DNS names, valid for seven days and never longer than the authority. */
  issueServerCertificate(names: readonly [string, ...string[]]): Promise<KeyAndCertificate & { validTo: Date }> {
    return this.#issue(names);
  }

  summary(): AuthoritySummary {
    const digest = createHash("sha256").update(Buffer.from(this.#certificate.rawData)).digest("hex").toUpperCase();
    return {
      subject: this.#certificate.subject,
      fingerprintSha256: digest.match(/../g)?.join(":") ?? "",
      validFrom: this.#certificate.notBefore,
      validTo: this.#certificate.notAfter,
    };
  }

  async #issue(names: readonly [string, ...string[]]): Promise<KeyAndCertificate & { validTo: Date }> {
    const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
    const validTo = new Date(Math.min(Date.now() + leafLifetimeMs, this.#certificate.notAfter.getTime()));
    const certificate = await x509.X509CertificateGenerator.create({
      subject: [{ O: ["Consigne"] }],
      issuer: this.#certificate.subject,
      serialNumber: randomSerialNumber(),
      notBefore: new Date(Math.max(Date.now() - backdatingMs, this.#certificate.notBefore.getTime())),
      notAfter: validTo,
      signingAlgorithm: keyAlgorithm,
      publicKey: keys.publicKey,
      signingKey: this.#signingKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns", value }))),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(this.#certificate),
      ],
    });
    return {
      keyPem: await privateKeyPem(keys.privateKey),
      certificatePem: `${certificate.toString("pem")}\n`,
      validTo,
    };
  }
}

/** RFC 5280 requires a positive number of at most 20 octets; a leading 0x01..0x7f keeps it positive and unpadded. */
function randomSerialNumber(): string {
  const octets = randomBytes(16);
  octets[0] = ((octets[0] ?? 0) & 0x7f) | 0x40;
  return octets.toString("hex");
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}
