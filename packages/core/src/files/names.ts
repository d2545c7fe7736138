import { DomainError } from "../errors.ts";

/** Longest name in UTF-8 bytes. File systems stop at 255 bytes or characters, which are up to 1,020 bytes. */
const MAX_NAME_BYTES = 1024;

/** Letters of a refused name that its message repeats. */
const SHOWN_CHARACTERS = 60;

/**
 * The name a file or folder is kept under, whichever door it came through: as given, except that control characters
 * become their visible pictures, the same ones rclone writes.
 * @throws {DomainError} `bad-name` for a name that no client could use, and says which one and why
 */
export function keptName(given: string): string {
  const name = withPictures(given);
  if (name === "") throw badName("A name must not be empty.");
  if (name === "." || name === "..") throw badName(`"${name}" cannot be a name.`);
  if (!name.isWellFormed()) {
    // Half a surrogate pair has no UTF-8 form: it would be stored as another name than the one answered.
    throw badName(`The name "${shown(name)}" contains half of a character pair.`);
  }
  if (name.includes("/")) throw badName(`The name "${shown(name)}" contains a "/".`);
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_NAME_BYTES) {
    throw badName(`The name "${shown(name)}" has ${bytes} bytes; a name can have at most ${MAX_NAME_BYTES}.`);
  }
  return name;
}

/** What a name would be kept as, for looking one up. */
export function withPictures(name: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return name.replace(/[\u0000-\u001f\u007f]/g, pictureOf);
}

function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
}

/** Enough to know a name by, as no message should be a kilobyte long. */
function shown(name: string): string {
  const characters = [...name.toWellFormed()];
  return characters.length <= SHOWN_CHARACTERS
    ? characters.join("")
    : `${characters.slice(0, SHOWN_CHARACTERS).join("")}…`;
}

const badName = (message: string) => new DomainError("bad-name", message);
