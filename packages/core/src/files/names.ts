import { DomainError } from "../errors.ts";

/** Longest name in UTF-8 bytes. File systems allow 255 bytes or characters, which are up to 1,020 bytes. */
const MAX_NAME_BYTES = 1024;

/** How many letters of a refused name its message repeats. */
const SHOWN_CHARACTERS = 60;

/**
 * The name under which a file or folder is stored, through every interface: as given, except that control characters
 * are replaced by their visible pictures, as rclone does.
 * @throws {DomainError} `bad-name` for a name that no client could use, with the name and the reason
 */
export function storedName(given: string): string {
  const name = withPictures(given);
  if (name === "") throw badName("A name must not be empty.");
  if (name === "." || name === "..") throw badName(`"${name}" cannot be a name.`);
  if (!name.isWellFormed()) {
    // Half a surrogate pair has no UTF-8 form: the stored name would differ from the one in the answer.
    throw badName(`The name "${shown(name)}" contains half of a character pair.`);
  }
  if (name.includes("/")) throw badName(`The name "${shown(name)}" contains a "/".`);
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_NAME_BYTES) {
    throw badName(`The name "${shown(name)}" has ${bytes} bytes; a name can have at most ${MAX_NAME_BYTES}.`);
  }
  return name;
}

/** The stored form of a name, for looking it up. */
export function withPictures(name: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return name.replace(/[\u0000-\u001f\u007f]/g, pictureOf);
}

function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
}

/** Enough to recognize a name; messages should stay short. */
function shown(name: string): string {
  const characters = [...name.toWellFormed()];
  return characters.length <= SHOWN_CHARACTERS
    ? characters.join("")
    : `${characters.slice(0, SHOWN_CHARACTERS).join("")}…`;
}

const badName = (message: string) => new DomainError("bad-name", message);
