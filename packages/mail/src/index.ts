export { openFolderMailer } from "./folder-mailer.ts";
export type { LetterLinks } from "./letter-text.ts";
export type { Sender } from "./message.ts";
export { openSmtpMailer, parseSmtpUrl } from "./smtp-mailer.ts";
export type { SmtpAddress } from "./smtp-mailer.ts";
