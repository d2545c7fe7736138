import { DomainError } from "../errors.ts";

/** Longest name in UTF-8 bytes: 250 characters of the widest kind would be 1000. */
const MAX_NAME_BYTES = 1000;
/** The guide's limit. */
const MAX_NAME_CHARACTERS = 250;

/** A name is kept byte for byte; refused are only those no client could use. @throws {DomainError} `bad-argument` */
export function checkName(name: string): string {
  if (name === "" || name === "." || name === "..") {
    throw new DomainError("bad-argument", "A name must not be empty, '.' or '..'.");
  }
  if (name.includes("/") || name.includes("\0")) {
    throw new DomainError("bad-argument", "A name must hold neither '/' nor a NUL character.");
  }
  if (!name.isWellFormed()) {
    // Half a surrogate pair has no UTF-8 form: it would be stored as another name than the one answered.
    throw new DomainError("bad-argument", "A name must be well-formed Unicode.");
  }
  if ([...name].length > MAX_NAME_CHARACTERS || Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw new DomainError("bad-argument", `A name must have at most ${MAX_NAME_CHARACTERS} characters.`);
  }
  return name;
}
