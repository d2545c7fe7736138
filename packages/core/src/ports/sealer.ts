/** Encrypts texts that are used later and never shown again. */
export interface Sealer {
  /** `about` is bound in: what was sealed about one thing does not open about another. */
  seal(text: string, about: string): Promise<string>;
  /** @throws {SealError} when it was sealed by another key, about something else, or altered */
  open(sealed: string, about: string): Promise<string>;
  /**
   * What marks texts about one thing as ours: the same mark for the same text, 22 characters of base64url. It hides
   * nothing of the text.
   */
  marker(about: string): Promise<(text: string) => string>;
}

export class SealError extends Error {
  override name = "SealError";
}
