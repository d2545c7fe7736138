import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "@consigne/contract/system-reasons";
import { MailError, type Letter, type Mailer } from "@consigne/core";
import { messageOf, type Sender } from "./message.ts";

/** Anybody may ask for letters, so that without an end they would fill the disk in the course of time. */
const MOST_KEPT = 1000;
/** Looking for the oldest is a look at all of them. */
const REMOVED_AT_ONCE = 100;

/** Writes letters as `.eml` files, which any mail program opens, where no mail server is set. The oldest make room. */
export function openFolderMailer(folder: string, sender: Sender): Mailer {
  let transport: ReturnType<typeof openTransport> | undefined;
  return {
    place: { kind: "folder", path: folder },
    send: async (letter, id) => {
      transport ??= openTransport();
      const content = messageOf(letter, id, sender);
      const { message } = await (await transport).sendMail(content);
      if (!Buffer.isBuffer(message)) throw new TypeError("The mail library gave no bytes.");
      await writeLetter(folder, letter, id, readable(message, content.text));
      // The letter is there; whatever keeps the old ones from going is met again with the next.
      await makeRoom(folder).catch(() => undefined);
    },
    close: async () => (await transport)?.close(),
  };
}

/** Loaded with the first letter: most processes send none, and each would start a tenth of a second later. */
async function openTransport() {
  const { createTransport } = await import("nodemailer");
  return createTransport({ streamTransport: true, buffer: true, newline: "unix" });
}

/**
 * The letter with its text as it is. Quoted-printable, which the library writes for lines as long as a link, breaks the link
 * and puts `=3D` into it: whoever looks for the letter on the server, with `cat` and no mail program, would copy a dead one.
 */
function readable(message: Buffer, text: string): string {
  const [head = ""] = message.toString("utf8").split("\n\n", 1);
  return `${head.replace(/^Content-Transfer-Encoding: .*$/im, "Content-Transfer-Encoding: 8bit")}\n\n${text}`;
}

/** Under a name of its own until it is whole. The folder holds links that open accounts: it is nobody else's to read. */
async function writeLetter(folder: string, { kind }: Letter, id: string, message: string): Promise<void> {
  const path = join(folder, `${kind}-${id}.eml`);
  const unfinished = `${path}.part`;
  try {
    await makePrivateFolder(folder);
    const file = await open(unfinished, "w", 0o600);
    try {
      await file.writeFile(message);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    const reason = `The letter cannot be written to ${folder}: ${reasonOf(error)}.`;
    throw new MailError(reason, { isFinal: false, cause: error });
  }
}

/** Only the last one of its path: `recursive` never ends in a data folder that was removed. */
async function makePrivateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw error;
  }
}

async function makeRoom(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".eml"));
  if (names.length < MOST_KEPT + REMOVED_AT_ONCE) return;
  const letters: { path: string; atMs: number }[] = [];
  for (const name of names) {
    const path = join(folder, name);
    letters.push({ path, atMs: (await stat(path)).mtimeMs });
  }
  const surplus = letters.toSorted((one, other) => one.atMs - other.atMs).slice(0, -MOST_KEPT);
  for (const { path } of surplus) await rm(path, { force: true });
}
