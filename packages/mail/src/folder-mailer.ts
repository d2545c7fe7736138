import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "@consigne/contract/system-reasons";
import { MailError, type Letter, type Mailer } from "@consigne/core";
import { messageOf, type Sender } from "./message.ts";

/** Anybody may request mails, so that without a limit they would eventually fill the disk. */
const MOST_KEPT = 1000;
/** Finding the oldest means checking all of them. */
const REMOVED_AT_ONCE = 100;

/**
 * Writes mails as `.eml` files, which any mail program opens, if no mail server is configured. The oldest are removed.
 */
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
      // The mail is written; a problem with removing old ones recurs with the next.
      await makeRoom(folder).catch(() => undefined);
    },
    close: async () => (await transport)?.close(),
  };
}

/** Loaded with the first mail: most processes send none, and each would start a tenth of a second later. */
async function openTransport() {
  const { createTransport } = await import("nodemailer");
  return createTransport({ streamTransport: true, buffer: true, newline: "unix" });
}

/**
 * The mail with unencoded text. The library writes lines as long as a link in quoted-printable, which breaks the link
 * and puts `=3D` into it: somebody who reads the mail on the server with `cat` would copy a broken one.
 */
function readable(message: Buffer, text: string): string {
  const [head = ""] = message.toString("utf8").split("\n\n", 1);
  return `${head.replace(/^Content-Transfer-Encoding: .*$/im, "Content-Transfer-Encoding: 8bit")}\n\n${text}`;
}

/**
 * Under another name until it is complete. The folder contains links that give access to accounts: nobody else may read
 * it.
 */
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

/** Only the last folder of its path: `recursive` never ends in a data folder that was removed. */
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
