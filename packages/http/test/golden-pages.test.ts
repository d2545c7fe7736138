import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { directoryPageChunks, directoryPasswordPage, noFolderPage } from "../src/pages/directory-pages.ts";
import {
  blockedPage,
  damagedPage,
  freePage,
  linkPage,
  noDownloadPage,
  offlinePage,
  restrictedPage,
} from "../src/pages/file-pages.ts";
import { downloadBusyPage, downloadWaitPage } from "../src/pages/free-wait-pages.ts";
import { homePage } from "../src/pages/home-page.ts";
import { languages, type Language } from "../src/pages/languages.ts";
import { type Page, renderPage } from "../src/pages/layout.ts";
import { databasePage, lockedOutPage, networkPage, refusalPage, scanPage } from "../src/pages/notice-pages.ts";
import { type PageContext, plainContext } from "../src/pages/page-context.ts";
import { removalQuestionPage, removedPage } from "../src/pages/removal-pages.ts";
import { uploadFailurePage, uploadFailures } from "../src/pages/upload-failure-page.ts";
import { renderUploadReportHtml } from "../src/report/upload-report.ts";
import { accountPages } from "./_account-pages.ts";
import { fileListPages } from "./_file-list-pages.ts";
import { resetPages } from "./_reset-pages.ts";
import { wholeText } from "../src/wire/send-chunks.ts";

const SITE = "https://1fichier.com";
const ID = "abcdefghij0123456789";
const file = {
  name: `Tom & "Jerry" <1>'s film.mkv`,
  sizeBytes: 425_134_162,
  contentType: "video/x-matroska",
  whirlpool: "0123456789abcdef".repeat(8),
  date: "2026-01-31 10:20:30",
};
/** Displayed as "photoexe.jpg" if it is not escaped. */
const deceiving = "photo\u{202e}gpj.exe";
const free = {
  id: ID,
  fileUrl: `${SITE}/?${ID}`,
  qrPath: `/qr.pl?${ID}`,
  file,
  isPasswordWrong: false,
  isOwn: false,
  previewUrl: undefined,
  signInUrl: `${SITE}/login.pl?next=%2F%3F${ID}`,
  save: undefined,
};
const directUrl = "https://a-1.1fichier.com/pAbCdEf1234567890";
const folder = {
  name: "My <files>",
  directoryUrl: `${SITE}/dir/Ab3dEf9h`,
  archiveUrl: `${SITE}/dir/Ab3dEf9h?zip=1`,
  linesUrl: `${SITE}/dir/Ab3dEf9h?e=1`,
  fileCount: 2,
  above: [],
  folders: [{ name: "More & more", url: `${SITE}/dir/Cd4eFg5h` }],
  areFoldersWhole: true,
  password: undefined,
};
const report = {
  isIncoming: false,
  files: [
    { ...file, fileId: ID, domain: 0, removalCode: "" },
    { ...file, name: "b.txt", sizeBytes: 11, fileId: `z${ID.slice(1)}`, domain: 1, removalCode: "sNabCdEf" },
  ],
};
const links = {
  fileUrl: (id: string, domain: number) => `${domain === 0 ? SITE : "https://alterupload.com"}/?${id}`,
  removalUrl: (id: string, code: string) => `${SITE}/remove/${id}/${code}`,
};

/** Every page in each of its states. */
const pages: Readonly<Record<string, (context: PageContext) => Page>> = {
  file: (context) => freePage(context, free),
  ...accountPages,
  ...resetPages,
  ...fileListPages,
  "file-preview": (context) => freePage(context, { ...free, previewUrl: `${free.fileUrl}&dl=1&inline=1` }),
  "file-protected": (context) => freePage(context, { ...free, file: undefined }),
  "file-wrong-password": (context) => freePage(context, { ...free, file: undefined, isPasswordWrong: true }),
  "file-wait": (context) => downloadWaitPage(context, { waitMs: 12_000, fileUrl: free.fileUrl }),
  "file-wait-long": (context) => downloadWaitPage(context, { waitMs: 300_000, fileUrl: free.fileUrl }),
  "file-busy": (context) => downloadBusyPage(context, { fileUrl: free.fileUrl }),
  "file-offline": offlinePage,
  "file-blocked": blockedPage,
  "file-damaged": damagedPage,
  "file-restricted": restrictedPage,
  "file-deceiving": (context) => freePage(context, { ...free, file: { ...file, name: deceiving } }),
  "link-deceiving": (context) =>
    linkPage(context, { ...file, name: deceiving, directUrl, previewUrl: undefined, beginsByItself: false }),
  link: (context) => linkPage(context, { ...file, directUrl, previewUrl: undefined, beginsByItself: false }),
  "link-in-browser": (context) =>
    linkPage(context, { ...file, directUrl, previewUrl: undefined, beginsByItself: true }),
  "link-preview": (context) =>
    linkPage(context, { ...file, directUrl, previewUrl: directUrl.replace("pA", "pB"), beginsByItself: false }),
  "direct-expired": (context) => noDownloadPage(context, "This download link has expired", 410),
  "direct-busy": (context) => noDownloadPage(context, "This download link is in use", 503),
  "folder-protected": (context) => directoryPasswordPage(context, { ...folder, isPasswordWrong: false }),
  "folder-wrong-password": (context) => directoryPasswordPage(context, { ...folder, isPasswordWrong: true }),
  "folder-absent": noFolderPage,
  home: (context) => homePage(context, { upload: undefined }),
  "home-for-guests": (context) =>
    homePage(context, { upload: { url: "https://up1.1fichier.com/upload.cgi?id=a1B2c3D4e5", maxFileBytes: 5e9 } }),
  removal: (context) => removalQuestionPage(context, { ...file, removalUrl: links.removalUrl(ID, "sNabCdEf") }),
  removed: removedPage,
  network: (context) => networkPage(context, "192.0.2.7"),
  "notice-database": databasePage,
  "notice-scan": scanPage,
  banned: (context) => lockedOutPage(context, { isBanned: true, minutes: 60 }),
  "locked-out": (context) => lockedOutPage(context, { isBanned: false, minutes: 1 }),
  refusal: (context) => refusalPage(context, "The form is not valid UTF-8; nothing was changed.", "a1b2c3d4-1"),
  "upload-failed": (context) => uploadFailurePage(context, uploadFailures.noFile, "Send at least one file."),
};

/** Pages sent in chunks, or line by line within a frame. */
const texts: Readonly<Record<string, (context: PageContext) => string | Promise<string>>> = {
  ...Object.fromEntries(
    Object.entries(pages).map(([name, page]) => [name, (c: PageContext) => renderPage(c, page(c))]),
  ),
  "file-signed-in": (context) => {
    const known = { ...context, visitor: "me@example.org" };
    const save = { formToken: "0123456789abcdef".repeat(2), folders: [{ id: 7, name: `Photos & "more"` }] };
    return renderPage(known, freePage(known, { ...free, save }));
  },
  "file-own": (context) => {
    const known = { ...context, visitor: "me@example.org" };
    return renderPage(known, freePage(known, { ...free, isOwn: true }));
  },
  "file-blocked-own": (context) => {
    const known = { ...context, visitor: "me@example.org" };
    return renderPage(known, blockedPage(known));
  },
  "upload-report-own": (context) => {
    const own = { ...report, files: report.files.map((each) => ({ ...each, removalCode: "" })) };
    return renderUploadReportHtml({ ...context, visitor: "me@example.org" }, own, links);
  },
  folder: (context) => wholeText(directoryPageChunks(context, folder, filesOf(2))),
  "folder-empty": (context) =>
    wholeText(directoryPageChunks(context, { ...folder, folders: [], fileCount: 0 }, filesOf(0))),
  "upload-report": (context) => renderUploadReportHtml(context, report, links),
};

async function* filesOf(count: number) {
  yield Array.from({ length: count }, (_, index) => ({
    url: links.fileUrl(ID, 0),
    name: `${index} ${file.name}`,
    sizeBytes: file.sizeBytes,
  }));
}

const contextIn = (language: Language): PageContext => ({
  ...plainContext(language, SITE),
  switches: languages
    .filter((other) => other !== language)
    .map((other) => ({ language: other, href: `/?lg=${other}` })),
});

/** Styles may change freely. `layout.test.ts` checks the style sheet. */
const withoutLooks = (page: string): string =>
  page.replace(/<style>[^<]*<\/style>/, "<style>…</style>").replace(/<link rel="icon"[^>]*>/, '<link rel="icon">');

/** To update: `node --test --test-update-snapshots packages/http/test/golden-pages.test.ts`, then read the diff. */
describe("the pages are unchanged:", () => {
  for (const language of languages) {
    for (const [name, render] of Object.entries(texts)) {
      test(`${name} in ${language}`, async (context: TestContext) => {
        const page = withoutLooks(await render(contextIn(language)));
        const path = join(import.meta.dirname, "golden", `${name}.${language}.html`);
        context.assert.fileSnapshot(page, path, { serializers: [String] });
      });
    }
  }
});
