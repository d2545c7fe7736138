import {
  type FileListPage,
  fileListPage,
  removalAskPage,
  type RemovalQuestion,
} from "../src/pages/account/file-list-page.ts";
import { linksPage, remotePage, storedPage } from "../src/pages/account/console-lists.ts";
import type { Page } from "../src/pages/layout.ts";
import type { PageContext } from "../src/pages/page-context.ts";

const shown: FileListPage = {
  formToken: "0123456789abcdef".repeat(2),
  folderId: 7,
  folderName: "Photos & <more>",
  parentId: 0,
  folders: [{ id: 9, name: "2026", date: "2026-01-30 09:00:00" }],
  files: [
    {
      id: "abcdefghij0123456789",
      name: `Tom & "Jerry" <1>'s film.mkv`,
      url: "https://1fichier.com/?abcdefghij0123456789",
      sizeBytes: 425_134_162,
      date: "2026-01-31 10:20:30",
      isDamaged: true,
      isBlocked: false,
    },
  ],
  fileCount: 900,
  uploadUrl: "https://up1.1fichier.com/upload.cgi?id=a1B2c3D4e5",
  maxFileBytes: 300e9,
  notice: undefined,
};
const asked: RemovalQuestion = {
  formToken: shown.formToken,
  folderId: 7,
  kind: "file",
  id: "abcdefghij0123456789",
  name: "a <b>.txt",
};

/** A folder as people manage it, in each of its states. */
export const fileListPages: Readonly<Record<string, (context: PageContext) => Page>> = {
  files: (context) => fileListPage(context, shown),
  "files-empty": (context) =>
    fileListPage(context, { ...shown, folderId: 0, folderName: undefined, folders: [], files: [], fileCount: 0 }),
  "files-done": (context) =>
    fileListPage(context, { ...shown, notice: { kind: "good", text: context.texts.files.doneFolder } }),
  "files-refused": (context) =>
    fileListPage(context, { ...shown, notice: { kind: "bad", text: context.texts.files.notEmpty } }),
  "files-links": (context) => linksPage(context, shown.files),
  "files-stored": (context) => storedPage(context, { fileCount: 900, sizeBytes: 425_134_162 }),
  "files-remote": remotePage,
  "files-remove": (context) => removalAskPage(context, asked),
  "files-remove-folder": (context) => removalAskPage(context, { ...asked, kind: "folder", id: "9", name: "2026" }),
};
