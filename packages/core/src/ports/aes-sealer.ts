import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { type Sealer, SealError } from "./sealer.ts";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MARK_BYTES = 16;
const FORM = /^1\.([\w-]{8})\.([\w-]+)$/;

/**
 * AES-256-GCM with one key. Each text names its key, so that a text from another server can be told from an altered
 * one.
 */
export class AesSealer implements Sealer {
  readonly #loadKey: () => Promise<Uint8Array>;
  #loading: Promise<Uint8Array> | undefined;

  /** @param loadKey called once, when the first text is sealed or opened; 32 bytes */
  constructor(loadKey: () => Promise<Uint8Array>) {
    this.#loadKey = loadKey;
  }

  async seal(text: string, about: string): Promise<string> {
    const key = await this.#key();
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(about));
    const sealed = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final()]);
    return `1.${nameOf(key)}.${Buffer.concat([sealed, cipher.getAuthTag()]).toString("base64url")}`;
  }

  async open(sealed: string, about: string): Promise<string> {
    const key = await this.#key();
    const [, keyName, text = ""] = FORM.exec(sealed) ?? [];
    if (keyName !== nameOf(key)) throw new SealError("This was sealed by another key.");
    const bytes = Buffer.from(text, "base64url");
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new SealError("This is too short to have been sealed.");
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(about))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const opened = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([opened, decipher.final()]).toString("utf8");
    } catch (error) {
      throw new SealError("This was altered, or sealed about something else.", { cause: error });
    }
  }

  async marker(about: string): Promise<(text: string) => string> {
    const key = createHmac("sha256", await this.#key())
      .update(`consigne mark ${about}`)
      .digest();
    return (text) => createHmac("sha256", key).update(text).digest().subarray(0, MARK_BYTES).toString("base64url");
  }

  async #key(): Promise<Uint8Array> {
    this.#loading ??= this.#loadKey().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    const key = await this.#loading;
    if (key.length !== KEY_BYTES) throw new RangeError(`The key for sealing must have ${KEY_BYTES} bytes.`);
    return key;
  }
}

/** Distinguishes keys without revealing anything about them. */
function nameOf(key: Uint8Array): string {
  return createHash("sha256").update("consigne sealing key").update(key).digest("base64url").slice(0, 8);
}
