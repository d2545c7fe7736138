import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { wholeText } from "../wire/send-chunks.ts";
import { type DirectoryEntry, directoryPageChunks, directoryPasswordPage } from "./directory-pages.ts";
import {
  freePage as pageOfFile,
  type FreePage,
  linkPage as pageOfLink,
  type LinkPage,
  noDownloadPage as pageOfNoDownload,
  offlinePage,
} from "./file-pages.ts";
import { type Page, renderPage } from "./layout.ts";
import { plainContext } from "./page-context.ts";
import { uploadFailurePage, uploadFailures } from "./upload-failure-page.ts";

const context = {
  ...plainContext("en", "https://1fichier.com"),
  switches: [{ language: "fr" as const, href: "/?abcdefghij0123456789&lg=fr" }],
};
const rendered = (page: Page): string => renderPage(context, page);
const renderFreePage = (free: FreePage) => rendered(pageOfFile(context, free));
const renderLinkPage = (link: LinkPage) => rendered(pageOfLink(context, link));
const renderOfflinePage = () => rendered(offlinePage(context));
const renderUploadFailurePage = (message: string, explanation: string) =>
  rendered(uploadFailurePage(context, message, explanation));

interface Element {
  tag: string;
  attributes: string;
  children: Element[];
  text: string;
}

/** Enough of a tree for the paths that scrapers walk; fails if an element is closed out of order. */
function parse(html: string): Element {
  const root: Element = { tag: "", attributes: "", children: [], text: "" };
  const open = [root];
  for (const [, slash, tag = "", attributes = "", text] of html.matchAll(/<(\/?)([a-z]\w*)([^>]*)>|([^<]+)/g)) {
    if (text !== undefined) for (const element of open) element.text += text;
    else if (slash) assert.equal(open.pop()?.tag, tag);
    else {
      const element = { tag, attributes, children: [], text: "" };
      open.at(-1)?.children.push(element);
      if (!["meta", "input", "br", "img", "path", "link"].includes(tag)) open.push(element);
    }
  }
  assert.equal(open.length, 1, "every element is closed");
  return root;
}

function all(element: Element, matches: (element: Element) => boolean): Element[] {
  return element.children.flatMap((child) => [...(matches(child) ? [child] : []), ...all(child, matches)]);
}

const child = (element: Element | undefined, tag: string, position: number) =>
  element?.children.filter((candidate) => candidate.tag === tag)[position - 1];

const free = {
  id: "abcdefghij0123456789",
  fileUrl: "https://1fichier.com/?abcdefghij0123456789",
  qrPath: "/qr.pl?abcdefghij0123456789",
  isPasswordWrong: false,
  isOwn: false,
  previewUrl: undefined,
  signInUrl: "https://1fichier.com/login.pl?next=%2F%3Fabcdefghij0123456789",
  save: undefined,
  file: {
    name: "a <b> & 'c'.bin",
    sizeBytes: 425_134_162,
    contentType: "application/octet-stream",
    whirlpool: "0123456789abcdef".repeat(8),
    date: "2026-01-31 10:20:30",
  },
};
const escapedName = "a &lt;b&gt; &amp; 'c'.bin";
const direct = "https://a-1.1fichier.com/pAbCdEf1234567890";

const freePage = renderFreePage(free);
const protectedPage = renderFreePage({ ...free, file: undefined });
const link = { ...free.file, directUrl: direct, previewUrl: undefined, beginsByItself: false, sizeBytes: 11 };
const linkPage = renderLinkPage(link);
/** Some programs claim to be browsers in every header, and read the page all the same. */
const linkPageInBrowser = renderLinkPage({ ...link, beginsByItself: true });
const directory = { name: "My <files>", files: [{ url: free.fileUrl, name: free.file.name, sizeBytes: 11 }] };
async function renderDirectoryPage(
  { name, files }: { name: string; files: DirectoryEntry[] },
  password?: string,
): Promise<string> {
  // Page boundaries of the list make no difference.
  const pages = (async function* () {
    for (const file of files) yield [file];
  })();
  const page = {
    name,
    archiveUrl: "https://1fichier.com/dir/Ab3dEf9h?zip=1",
    linesUrl: "https://1fichier.com/dir/Ab3dEf9h?e=1",
    fileCount: files.length,
    above: [{ name: `above ${name}`, url: "https://1fichier.com/dir/Ab3dEf9h" }],
    folders: [{ name: `below ${name}`, url: "https://1fichier.com/dir/Ab3dEf9h?folder=7" }],
    areFoldersWhole: true,
    password,
  };
  return wholeText(directoryPageChunks(context, page, pages));
}

const noDownloadPage = rendered(pageOfNoDownload(context, "This download link has expired; request a new one", 410));
const directoryPage = await renderDirectoryPage(directory);

/** Texts that make JDownloader, pyLoad, plowshare or Synology's module wait, give up or ask for more. */
const alarms = [
  /Without subscription/,
  /Without premium/i,
  /maintenance/,
  /temporarily limited due to high demand/,
  /not possible to (free )?unregistered users/,
  /need a subscription/,
  /Free download in/,
  /You must wait/i,
  /File not found/,
  /could not be found|has been deleted|does not exist/,
  /\/logout\.pl/,
  /g-recaptcha|h-captcha/,
  /IP Locked|Will be unlocked/,
  /Software error|Can't connect DB/,
  /is protected</,
  /too fast|one file at a time|already download/,
  /VPN|professional|CDN/,
  /MOVED - TEMPORARY_REDIRECT|has been scanned/,
  /<script|\son\w+=|javascript:/i,
];

describe("alarming phrases", () => {
  for (const [name, html] of Object.entries({
    freePage,
    protectedPage,
    linkPage,
    linkPageInBrowser,
    directoryPage,
    noDownloadPage,
  })) {
    test(`do not appear on the ${name}`, () => {
      for (const alarm of alarms) assert.doesNotMatch(html, alarm);
    });
  }

  test("about passwords appear on protected pages only", () => {
    for (const html of [freePage, linkPage, directoryPage]) assert.doesNotMatch(html, /["']pass["']|Bad password/);
    assert.doesNotMatch(protectedPage, /Bad password/);
  });
});

describe("the page for guests", () => {
  test("has one form that posts to the absolute link without a suffix", () => {
    assert.match(freePage, /^<form method="post" action="https:\/\/1fichier\.com\/\?\w+">$/m);
    assert.equal(freePage.match(/<form/g)?.length, 1);
    assert.match(freePage, /name="adz" value="[0-9A-z.]*"/);
    for (const name of ["dl_no_ssl", "dlinline", "submit"]) assert.ok(freePage.includes(`name="${name}"`));
  });

  test("shows the name and size where each generation of scrapers looks", () => {
    const tree = parse(freePage);
    const cells = all(tree, ({ attributes }) => attributes === ' class="normal"');
    assert.equal(cells[0]?.text, escapedName);
    assert.equal(cells[2]?.text, "405.44 MB");
    const [premium] = all(tree, ({ tag, attributes }) => tag === "table" && attributes === ' class="premium"');
    const spans = premium && all(premium, ({ tag }) => tag === "span").map(({ text }) => text);
    assert.deepEqual(spans, [escapedName, "405.44 MB"]);
    assert.equal(/<td class="normal"><span style="font-weight:bold">(.+?)</.exec(freePage)?.[1], escapedName);
    assert.match(freePage, /<span[^>]*>([\d.]+) (MB)<\/span><\/td>/);
    assert.match(freePage, /<span class="tier-feat">405\.44 MB/);
  });

  test("asks for a password if protected, and says if it was wrong", () => {
    assert.match(protectedPage, /<input type="password" id="pass" name="pass">/);
    const wrong = renderFreePage({ ...free, file: undefined, isPasswordWrong: true });
    assert.match(wrong, /Bad password/);
    assert.match(wrong, /<input type="password" id="pass" name="pass">/);
    parse(wrong);
  });
});

for (const [name, html] of [
  ["link page", linkPage],
  ["link page in a browser", linkPageInBrowser],
] as const) {
  describe(name, () => {
    test("has the link on a line with its classes and two spaces before style", () => {
      const line = html.split("\n").find((text) => text.includes('class="ok btn-general btn-orange"'));
      assert.equal(/<a href="([^"]*)" {2}style/.exec(line ?? "")?.[1], direct);
      assert.match(html, /align:middle">\s*<a href="([^"]+)" {2}style="float:none[^"]*" class="ok btn-general/);
      assert.match(html, /<a href="([^"]+)"[^>]*>Click here to download the file</);
      assert.match(html, /^<a href="(https?:\/\/[^"]+)">Start your download<\/a>$/m);
      assert.equal(/href="(https:\/\/\w+-\d+\.1fichier\.com\/\w+)"/.exec(html)?.[1], direct);
    });

    test("has the link at /html/body/div[4]/div[2]/a", () => {
      const body = child(child(parse(html), "html", 1), "body", 1);
      const anchor = child(child(child(body, "div", 4), "div", 2), "a", 1);
      assert.match(anchor?.attributes ?? "", new RegExp(`^ href="${direct}"`));
    });
  });
}

test("the link page continues by itself in a browser and nowhere else", () => {
  assert.doesNotMatch(linkPage, /http-equiv/);
  assert.match(linkPageInBrowser, new RegExp(`<meta http-equiv="refresh" content="0; url=${direct}">`));
});

test("the offline page is recognized by every client", () => {
  const html = renderOfflinePage();
  const phrases = [/>\s*File not found/, /File not found !\s*</, />\s*The requested file has been deleted/];
  phrases.push(/The (requested )?file could not be found/, /class="bloc2"/);
  for (const phrase of phrases) assert.match(html, phrase);
  assert.doesNotMatch(html, /pass|<form|logout/);
});

describe("the directory page", () => {
  test("shows the folder's name, and one row per line", () => {
    assert.equal(/>Shared folder (.+?)<\//.exec(directoryPage)?.[1], "My &lt;files&gt;");
    const row = /<a href="([^"]+)"[^>]*>([^<]+)<\/a><\/td>\s*<td[^>]*>([\d.]+ [KMGT]?B)<\/td>/.exec(directoryPage);
    assert.deepEqual(row?.slice(1), [free.fileUrl, escapedName, "11 B"]);
    const anchors = directoryPage
      .split("\n")
      .flatMap((line) => (/Download.*<a |<a .*Download/.test(line) ? [line] : []));
    assert.deepEqual(
      anchors.map((line) => line.match(/<a /g)?.length),
      [1],
      "a row for plowshare, and no sub-folder",
    );
    parse(directoryPage);
  });

  test("sends the password from folder to folder, and does not look like a page that asks for one", async () => {
    const hostile = `"><script>`;
    const html = await renderDirectoryPage(directory, hostile);
    assert.equal(html.match(/name="same" value="&quot;&gt;&lt;script&gt;"/g)?.length, 2);
    assert.doesNotMatch(html, /["']pass["']|password|Bad/);
    parse(html);
  });

  test("is a page for an empty folder, too", async () => {
    parse(await renderDirectoryPage({ name: "empty", files: [] }));
  });

  test("asks for the password at an absolute address", () => {
    const asked = { directoryUrl: "https://1fichier.com/dir/Ab3dEf9h", isPasswordWrong: true };
    const html = rendered(directoryPasswordPage(context, asked));
    assert.match(html, /<form method="post" action="https:\/\/1fichier\.com\/dir\/Ab3dEf9h">/);
    assert.match(html, /<input type="password" id="pass" name="pass">/);
    assert.match(html, /Bad password/);
    parse(html);
  });
});

test("the upload failure page starts with the node's message", () => {
  const html = renderUploadFailurePage(uploadFailures.noFile, "Send at least one file.");
  assert.equal(/<div class="bloc2">\s*([^<]+?)\s*<\/div>/.exec(html)?.[1], "Pas de fichier trouvé dans l'envoi");
  assert.match(html, /<p>Send at least one file\.<\/p>/);
  parse(html);
});

test("the upload failure page repeats no sentence", () => {
  const reason = "Your account has no room for this file.";
  assert.equal(renderUploadFailurePage(reason, reason).split(reason).length, 2);
});

test("a name with hidden characters stays as it is for programs, and people are warned of it", async () => {
  const name = "photo\u{202e}gpj.exe";
  const shown = "photo\\u{202e}gpj.exe";
  const warning = `<p class="notice bad">This name has hidden characters and may be misleading. Shown with them, it is <code>${shown}</code></p>`;
  const freePage = renderFreePage({ ...free, file: { ...free.file, name } });
  assert.equal(/<td class="normal"><span style="font-weight:bold">(.+?)</.exec(freePage)?.[1], name);
  assert.equal(/<span class="tier-name">(.+?)</.exec(freePage)?.[1], name);
  for (const html of [freePage, renderLinkPage({ ...link, name })]) {
    assert.ok(html.includes(warning));
    assert.ok(html.includes(`<title>${shown} - Consigne</title>`));
    assert.ok(html.includes(`<span>${shown}</span></h1>`));
    parse(html);
  }
  const files = [{ url: free.fileUrl, name, sizeBytes: 11 }];
  const directoryPage = await renderDirectoryPage({ name, files: [...files, ...directory.files] });
  assert.equal(/>Shared folder (.+?)<\//.exec(directoryPage)?.[1], name);
  assert.ok(directoryPage.includes(warning));
  const rows = directoryPage.split("\n").filter((line) => line.startsWith("<tr") && !line.includes("<th>"));
  assert.deepEqual(
    rows.map((line) => line.match(/<a /g)?.length ?? 0),
    [1, 0, 1],
  );
  assert.ok(rows[0]?.includes(`>${name}</a></td><td>11 B</td>`));
  assert.ok(rows[1]?.includes(`<code>${shown}</code>`));
  assert.doesNotMatch(rows[1] ?? "", /Download/);
  parse(directoryPage);
});

test("anything that could leave an element, an attribute or a line is escaped", async () => {
  const hostile = '"><script>alert(1)</script>\n<a href="x';
  for (const html of [
    renderFreePage({
      ...free,
      isOwn: true,
      fileUrl: hostile,
      file: { ...free.file, name: hostile, contentType: hostile },
    }),
    renderLinkPage({
      directUrl: hostile,
      previewUrl: hostile,
      beginsByItself: true,
      name: hostile,
      contentType: hostile,
      sizeBytes: 1,
    }),
    await renderDirectoryPage({ name: hostile, files: [{ url: hostile, name: hostile, sizeBytes: 1 }] }),
    renderUploadFailurePage(hostile, hostile),
  ]) {
    assert.doesNotMatch(html, /<script|href="x/);
    parse(html);
  }
});
