import { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import { readableByAll } from "./key-file-mode.ts";
import { StartError } from "./start-error.ts";

/** How often to check whether they were renewed. */
const LOOK_MS = 60_000;

export interface TlsFiles {
  certFile: string;
  keyFile: string;
}

/** In the form that `node:tls` takes. */
export interface Certificate {
  cert: Buffer;
  key: Buffer;
}

/** The files cannot be used as a certificate with its key. */
class CertificateError extends Error {
  override readonly name = "CertificateError";
}

const reasons: Readonly<Record<string, string>> = {
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: "the key does not belong to the certificate",
  ERR_OSSL_PEM_NO_START_LINE: "they are not in PEM format, or they are in each other's place",
  ERR_OSSL_PEM_BAD_END_LINE: "a file ends too early; write it again",
  ERR_OSSL_PEM_BAD_BASE64_DECODE: "a file is damaged; write it again",
  // Errors must not reveal details of a key.
  ERR_OSSL_UNSUPPORTED: "the key is damaged or ends too early, is not in PEM format, or is not a key",
  ERR_SSL_EE_KEY_TOO_SMALL: "the key is too short; RSA takes 2048 bits or more",
  ERR_OSSL_BAD_DECRYPT: "the key is protected by a password; save it without one",
  ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED: "the key is protected by a password; save it without one",
  ERR_OSSL_PEM_BAD_PASSWORD_READ: "the key is protected by a password; save it without one",
};

/**
 * The operator's certificate and its key. Renewed files are loaded within a minute; if they cannot be used, `onProblem`
 * is called and the previous certificate stays in use.
 */
export class CertificateFiles implements Disposable {
  readonly #files: TlsFiles;
  readonly #onProblem: (problem: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #current: Certificate;
  /** What was checked last, usable or not, so that each problem is reported once. */
  #seen: string | undefined;
  #take: (certificate: Certificate) => void = () => undefined;

  private constructor(files: TlsFiles, opened: Opened, onProblem: (problem: string) => void) {
    this.#files = files;
    this.#onProblem = onProblem;
    this.#current = opened.certificate;
    this.#seen = opened.version;
  }

  /** @throws {StartError} */
  static async open(files: TlsFiles, onProblem: (problem: string) => void): Promise<CertificateFiles> {
    try {
      const opened = new CertificateFiles(files, await openFiles(files), onProblem);
      await opened.#tellOfRisks();
      return opened;
    } catch (error) {
      const hint = "Set CONSIGNE_TLS_CERT and CONSIGNE_TLS_KEY to other files, or to none.";
      throw new StartError(`${problemOf(files, error)} ${hint}`, { cause: error });
    }
  }

  get current(): Certificate {
    return this.#current;
  }

  /** @param take gets each further certificate */
  watch(take: (certificate: Certificate) => void): void {
    this.#take = take;
    this.#timer ??= setInterval(() => void this.look(), LOOK_MS).unref();
  }

  /** Loads renewed files. */
  async look(): Promise<void> {
    const version = await versionOf(this.#files).catch(() => undefined);
    if (version === this.#seen) return;
    this.#seen = version;
    try {
      this.#current = (await openFiles(this.#files)).certificate;
      this.#take(this.#current);
      await this.#tellOfRisks();
    } catch (error) {
      this.#onProblem(`${problemOf(this.#files, error)} The previous certificate stays in use.`);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #tellOfRisks(): Promise<void> {
    const exposed = await readableByAll(this.#files.keyFile);
    if (exposed !== undefined) this.#onProblem(exposed);
    const { validTo } = new X509Certificate(this.#current.cert);
    if (Date.parse(validTo) > Date.now()) return;
    this.#onProblem(
      `The certificate ${this.#files.certFile} expired on ${validTo}: clients refuse it until it is renewed.`,
    );
  }
}

interface Opened {
  certificate: Certificate;
  version: string;
}

async function openFiles(files: TlsFiles): Promise<Opened> {
  // Before reading them, so that a change in between is noticed by the next check.
  const version = await versionOf(files);
  const certificate = { cert: await readFile(files.certFile), key: await readFile(files.keyFile) };
  try {
    createSecureContext(certificate);
    void new X509Certificate(certificate.cert);
  } catch (error) {
    throw new CertificateError(reasons[systemCode(error) ?? ""] ?? reasonOf(error), { cause: error });
  }
  return { certificate, version };
}

/** Follows links, which tools that renew certificates create. */
async function versionOf({ certFile, keyFile }: TlsFiles): Promise<string> {
  const found = await Promise.all([certFile, keyFile].map((path) => stat(path)));
  return found.map(({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`).join(", ");
}

function problemOf({ certFile, keyFile }: TlsFiles, error: unknown): string {
  const path = (error as { path?: unknown }).path;
  if (typeof path === "string") return `${path} cannot be read: ${reasonOf(error)}.`;
  const reason = error instanceof CertificateError ? error.message : reasonOf(error);
  return `The certificate ${certFile} cannot be used with the key ${keyFile}: ${reason}.`;
}
