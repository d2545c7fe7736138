import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "@consigne/contract/system-reasons";
import { MailError, type Letter, type Mailer } from "@consigne/core";
import { messageOf, type Sender } from "./message.ts";

/** Writes letters as `.eml` files, which any mail program opens, where no mail server is set. */
export function openFolderMailer(folder: string, sender: Sender): Mailer {
  let transport: ReturnType<typeof openTransport> | undefined;
  return {
    place: { kind: "folder", path: folder },
    send: async (letter, id) => {
      transport ??= openTransport();
      const { message } = await (await transport).sendMail(messageOf(letter, id, sender));
      if (!Buffer.isBuffer(message)) throw new TypeError("The mail library gave no bytes.");
      await writeLetter(folder, letter, id, message);
    },
    close: async () => (await transport)?.close(),
  };
}

/** Loaded with the first letter: most processes send none, and each would start a tenth of a second later. */
async function openTransport() {
  const { createTransport } = await import("nodemailer");
  return createTransport({ streamTransport: true, buffer: true, newline: "unix" });
}

/** Under a name of its own until it is whole. The folder holds links that open accounts: it is nobody else's to read. */
async function writeLetter(folder: string, { kind }: Letter, id: string, message: Buffer): Promise<void> {
  const path = join(folder, `${kind}-${id}.eml`);
  const unfinished = `${path}.part`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
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
