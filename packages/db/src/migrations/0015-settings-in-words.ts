import { type Kysely, sql } from "kysely";

/** Names and numbers of the wire, as earlier versions kept them, and what they mean. */
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

/** Settings of accounts say in words what was a number of the wire, and nothing of a folder where the root is meant. */
export async function saySettingsInWords(db: Kysely<unknown>): Promise<void> {
  // With what follows them, so that no other number is taken for one of these.
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
