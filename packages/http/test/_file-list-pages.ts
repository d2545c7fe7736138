import {
  type FileListPage,
  fileListPage,
  removalAskPage,
  type RemovalQuestion,
} from "../src/pages/account/file-list-page.ts";
import { type FileEditPage, fileEditPage } from "../src/pages/account/file-edit-page.ts";
import { linksPage, storedPage } from "../src/pages/account/console-lists.ts";
import { remotePage, type ShownRemoteItem } from "../src/pages/account/remote-page.ts";
import { type TrashListPage, trashListPage } from "../src/pages/account/trash-page.ts";
import type { Page } from "../src/pages/layout.ts";
import type { PageContext } from "../src/pages/page-context.ts";

const shown: FileListPage = {
  formToken: "0123456789abcdef".repeat(2),
  folderId: 7,
  folderName: "Photos & <more>",
  parentId: 0,
  folders: [{ id: 9, name: "2026", date: "2026-01-30 09:00:00" }],
  targets: [
    { id: 0, name: "All files" },
    { id: 11, name: `/"2025" & <older>` },
  ],
  files: [
    {
      id: "abcdefghij0123456789",
      name: `Tom & "Jerry" <1>'s film.mkv`,
      url: "https://1fichier.com/?abcdefghij0123456789",
      sizeBytes: 425_134_162,
      date: "2026-01-31 10:20:30",
      uploaded: "31 Jan 2026, 10:20 CET",
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
  trashDays: 30,
};

const trash: TrashListPage = {
  formToken: shown.formToken,
  days: 30,
  total: { items: 4, sizeBytes: 425_134_162 },
  entries: [
    {
      id: 12,
      name: "a <b>.txt",
      path: "/Photos & <more>/",
      sizeBytes: 12_345,
      removed: "2026-01-31 10:20:30",
      ends: "2026-03-02 10:20:30",
    },
  ],
  next: 12,
  notice: undefined,
};

const edited: FileEditPage = {
  formToken: shown.formToken,
  id: "abcdefghij0123456789",
  name: `Tom & "Jerry" <1>'s film.mkv`,
  url: "https://1fichier.com/?abcdefghij0123456789",
  hasPassword: false,
  folderId: 7,
  folders: [
    { id: 0, name: "All files" },
    { id: 9, name: `/Photos & <more>/"2026"` },
  ],
  notice: undefined,
};

/** The folder manager's page in each of its states. */
const remoteItem = (changes: Partial<ShownRemoteItem>): ShownRemoteItem => ({
  requestId: 12,
  id: "r1",
  url: "https://example.org/isos/a.iso",
  state: "running",
  receivedBytes: 1_048_576,
  totalBytes: 4_194_304,
  nextAt: undefined,
  file: undefined,
  message: "",
  hasCredentials: false,
  ...changes,
});
const importOf = (changes: object) => ({
  id: 3,
  source: "https://api.1fichier.com/v1 /photos",
  state: "copying" as const,
  arrived: 1,
  toFetch: 400,
  failed: 0,
  message: "",
  nextAt: undefined,
  retry: undefined,
  isOpen: true,
  ...changes,
});
const hostile = `https://example.org/"><script>alert(1)</script>`;
const remote = {
  queued: [
    remoteItem({}),
    remoteItem({ id: "r2", totalBytes: undefined }),
    remoteItem({
      id: "r3",
      url: hostile,
      state: "waiting",
      message: "The source answered 503.",
      nextAt: "2026-01-31 10:30:00",
    }),
  ],
  ended: [
    remoteItem({
      id: "r4",
      state: "done",
      file: { url: "/?abcdefghij0123456789", name: "film.mkv" },
      message: "It came as a web page (text/html, 12 KB): perhaps a page for signing in, or an error.",
    }),
    remoteItem({ id: "r5", state: "failed", message: "The source answered 404." }),
    remoteItem({ id: "r6", state: "failed", message: "The source answered 404.", hasCredentials: true }),
  ],
  isCut: true,
  imports: [
    importOf({ nextAt: "2026-01-31 10:30:00", message: "The source asked us to wait: Flood detected." }),
    importOf({
      id: 2,
      source: hostile,
      state: "failed",
      toFetch: 0,
      failed: 2,
      isOpen: false,
      message: "The source does not accept the API key.",
      retry: { takesKey: true, takesPassword: true },
    }),
  ],
  older: 7,
  forms: { token: "0".repeat(40), folders: [{ id: 7, name: "isos" }] },
  notice: { kind: "good", text: "The URLs were queued." },
  given: { links: [], did: "7" },
} as const;

export const fileListPages: Readonly<Record<string, (context: PageContext) => Page>> = {
  files: (context) => fileListPage(context, shown),
  "files-empty": (context) =>
    fileListPage(context, { ...shown, folderId: 0, folderName: undefined, folders: [], files: [], fileCount: 0 }),
  "files-done": (context) =>
    fileListPage(context, { ...shown, notice: { kind: "good", text: context.texts.files.doneFolder } }),
  "files-refused": (context) =>
    fileListPage(context, { ...shown, notice: { kind: "bad", text: context.texts.files.notEmpty } }),
  "file-edit": (context) => fileEditPage(context, edited),
  "file-edit-refused": (context) =>
    fileEditPage(context, {
      ...edited,
      hasPassword: true,
      folderId: 0,
      folders: [],
      notice: { kind: "bad", text: context.texts.files.edit.badPassword },
    }),
  "files-links": (context) => linksPage(context, shown.files),
  "files-stored": (context) => storedPage(context, { fileCount: 900, sizeBytes: 425_134_162, downloads: 0 }),
  "files-remote": (context) => remotePage(context, remote),
  "files-remote-refused": (context) => {
    const notice = { kind: "bad", text: context.texts.console.remote.notAnAddress(2) } as const;
    const given = { links: ["https://example.org/a.iso", "</textarea>"], did: "7" };
    return remotePage(context, {
      ...remote,
      queued: [],
      ended: [],
      isCut: false,
      imports: [],
      older: undefined,
      notice,
      given,
    });
  },
  "files-trash": (context) => trashListPage(context, trash),
  "files-trash-empty": (context) => {
    const notice = { kind: "good", text: context.texts.files.trash.restored } as const;
    return trashListPage(context, {
      ...trash,
      days: 0,
      total: { items: 0, sizeBytes: 0 },
      entries: [],
      next: undefined,
      notice,
    });
  },
  "files-remove": (context) => removalAskPage(context, asked),
  "files-remove-folder": (context) =>
    removalAskPage(context, { ...asked, kind: "folder", id: "9", name: "2026", trashDays: 0 }),
};
