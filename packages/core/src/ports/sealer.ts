/** Keeps texts at rest that are used later and never shown again. */
export interface Sealer {
  /** `about` is bound in: what was sealed about one thing does not open about another. */
  seal(text: string, about: string): Promise<string>;
  /** @throws {SealError} when it was sealed by another key, about something else, or altered */
  open(sealed: string, about: string): Promise<string>;
}

export class SealError extends Error {
  override name = "SealError";
}
