import { type Kysely, sql } from "kysely";

/** Names and numbers of the 1fichier.com API, as earlier releases stored them, and their meaning. */
const flags = {
  ftpMode: "takesFtpInByHand",
  ftpReport: "mailsFtpReport",
  remoteUploadReport: "mailsRemoteUploadReport",
  defaultPort: "usesPlainHttp",
  defaultPortFiles: "usesPlainHttpForFiles",
  useCdn: "usesCdn",
  downloadMenu: "showsDownloadMenu",
  mailRemoval: "mailsBeforeRemoval",
};

/** Account settings are stored in words instead of API numbers, and without a folder if the root is meant. */
export async function saySettingsInWords(db: Kysely<unknown>): Promise<void> {
  // With what follows them, so that no other number is mistaken for one of these.
  const replacements = Object.entries(flags).flatMap(([was, is]) =>
    [",", "}"].flatMap((end) => [
      [`"${was}":0${end}`, `"${is}":false${end}`],
      [`"${was}":1${end}`, `"${is}":true${end}`],
    ]),
  );
  replacements.push(['"ftpFolderId":0,', ""], [',"ftpFolderId":0}', "}"]);
  const settings = replacements.reduce((text, [was, is]) => sql`replace(${text}, ${was}, ${is})`, sql.ref("settings"));
  await sql`update accounts set settings = ${settings}`.execute(db);
}
