import { randomBytes } from "node:crypto";
import { chmod, link, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "@consigne/contract/system-reasons";
import { CliError } from "../command-line/errors.ts";
import { makeLocalFolder } from "../command-line/local-folders.ts";
import { CertificateAuthority } from "./certificate-authority.ts";

export type AuthorityStoreErrorCode = "authority-unreadable" | "authority-exposed" | "authority-unwritable";

export class AuthorityStoreError extends CliError {
  override name = "AuthorityStoreError";

  constructor(code: AuthorityStoreErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

/**
 * One user's authority, kept in a folder that only that user may access.
 *
 * Key and certificate are in one file, so that a reader never combines the key of one authority with the certificate of
 * another while two processes create or renew it. A second copy of the certificate, on its own, is for people and
 * programs that have to trust it.
 */
export class AuthorityStore {
  readonly certificatePath: string;
  readonly #folder: string;
  readonly #privatePath: string;
  /** The domains that its certificates may cover, with the names below them. */
  readonly domains: readonly string[];

  constructor(configFolder: string, domains: readonly string[]) {
    this.#folder = join(configFolder, "ca");
    this.#privatePath = join(this.#folder, "ca-key-and-certificate.pem");
    this.certificatePath = join(this.#folder, "ca.pem");
    this.domains = domains;
  }

  /**
   * The user's authority; created on the first call, and again when it is about to expire or the domains have changed.
   */
  async open(): Promise<CertificateAuthority> {
    const existing = await this.#read();
    if (existing?.isUsableFor(this.domains)) {
      await this.#publish(existing);
      return existing;
    }
    return existing ? this.renew() : this.#createFirst();
  }

  /** Replaces the authority. Programs started with the earlier one keep working until they end. */
  async renew(): Promise<CertificateAuthority> {
    const authority = await CertificateAuthority.create(this.domains);
    await this.#write(authority, rename);
    await this.#publish(authority);
    return authority;
  }

  async #createFirst(): Promise<CertificateAuthority> {
    const authority = await CertificateAuthority.create(this.domains);
    try {
      // Unlike a rename, a link fails if another process was first: then that one's authority is used by everybody.
      await this.#write(authority, link);
    } catch (error) {
      const winner =
        error instanceof AuthorityStoreError && systemCode(error.cause) === "EEXIST" && (await this.#read());
      if (!winner) throw error;
      await this.#publish(winner);
      return winner;
    }
    await this.#publish(authority);
    return authority;
  }

  async #read(): Promise<CertificateAuthority | undefined> {
    let text: string;
    try {
      const { mode } = await stat(this.#privatePath);
      if (process.platform !== "win32" && (mode & 0o077) !== 0) {
        throw new AuthorityStoreError(
          "authority-exposed",
          `${this.#privatePath} can be read by other users of this machine. Create a new one with "consigne ca renew".`,
        );
      }
      text = await readFile(this.#privatePath, "utf8");
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      if (error instanceof AuthorityStoreError) throw error;
      throw this.#unreadable(error);
    }
    const [keyPem = "", certificatePem = ""] = text.match(/-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----\n/g) ?? [];
    return CertificateAuthority.load({ keyPem, certificatePem }).catch((error: unknown) => {
      throw this.#unreadable(error);
    });
  }

  #unreadable(cause: unknown): AuthorityStoreError {
    const message = `${this.#privatePath} cannot be read. Create a new authority with "consigne ca renew".`;
    return new AuthorityStoreError("authority-unreadable", message, { cause });
  }

  async #write(authority: CertificateAuthority, place: (from: string, to: string) => Promise<void>): Promise<void> {
    const text = authority.keyPem + authority.certificatePem;
    await this.#writeThrough(this.#privatePath, text, 0o600, place);
  }

  async #publish(authority: CertificateAuthority): Promise<void> {
    const published = await readFile(this.certificatePath, "utf8").catch(() => undefined);
    if (published === authority.certificatePem) return;
    await this.#writeThrough(this.certificatePath, authority.certificatePem, 0o644, rename);
  }

  async #writeThrough(
    path: string,
    text: string,
    mode: number,
    place: (from: string, to: string) => Promise<void>,
  ): Promise<void> {
    const temporaryPath = `${path}.${randomBytes(6).toString("hex")}`;
    try {
      makeLocalFolder(this.#folder, 0o700);
      await chmod(this.#folder, 0o700);
      await writeFile(temporaryPath, text, { mode, flag: "wx" });
      await place(temporaryPath, path);
    } catch (cause) {
      throw new AuthorityStoreError("authority-unwritable", `${path} cannot be written.`, { cause });
    } finally {
      await rm(temporaryPath, { force: true });
    }
  }
}
