export type ContentHashErrorCode = "hash-ended" | "hasher-closed" | "worker-died";

/** A hash that cannot continue. Only `worker-died` is worth a retry, from the first byte. */
export class ContentHashError extends Error {
  override name = "ContentHashError";
  readonly code: ContentHashErrorCode;

  constructor(code: ContentHashErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
