/** Encrypts texts that are used later and never shown again. */
export interface Sealer {
  /** `about` is authenticated: a text sealed with one context cannot be opened with another. */
  seal(text: string, about: string): Promise<string>;
  /** @throws {SealError} if it was sealed with another key or context, or altered */
  open(sealed: string, about: string): Promise<string>;
  /**
   * Returns a function that marks texts of one context as ours: the same mark for the same text, 22 characters of
   * base64url. It does not hide the text.
   */
  marker(about: string): Promise<(text: string) => string>;
}

export class SealError extends Error {
  override name = "SealError";
}
