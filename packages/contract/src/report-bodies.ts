import type { Static } from "typebox";
import { Type } from "./schema-builders.ts";
import * as wire from "./wire-types.ts";

/** `end.pl` as JSON: rclone decodes `incoming` as a number and `size` as text, so both are sent like that. */
export const uploadReportJson = Type.Object({
  incoming: wire.flag("1: the files went to the incoming folder of the recipient."),
  links: Type.Array(
    Type.Object({
      download: wire.text("Link."),
      filename: wire.text("Name."),
      remove: wire.text("Removal link; empty when the file belongs to an account."),
      size: Type.String({ pattern: "^[0-9]+$", description: "Bytes, as text." }),
      whirlpool: wire.checksum(),
    }),
  ),
});
export type UploadReportJson = Static<typeof uploadReportJson>;

/** `/dir/ID?json=1`: a bare array; JDownloader requires numbers to be numbers. */
export const folderDirJson = Type.Array(
  Type.Object({
    link: wire.text("Link."),
    filename: wire.text("Name."),
    size: wire.sizeBytes(),
    password: wire.flag("1: the link asks for a password."),
    acl: wire.flag("1: access is restricted."),
  }),
);
export type FolderDirJson = Static<typeof folderDirJson>;

/** `console/get_info.pl`: the sentence of the console, as markup in JSON. */
export const consoleInfoJson = Type.Object({ data: wire.text("`N files - SIZE`.") });
export type ConsoleInfoJson = Static<typeof consoleInfoJson>;
