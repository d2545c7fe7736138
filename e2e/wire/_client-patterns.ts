import { attributeOf, elementAt, elementsOf, parsePage } from "./_page-tree.ts";

/** The pages that clients read, each in one state. */
export type ReadPage =
  | "free page"
  | "protected page"
  | "page after a wrong password"
  | "link page"
  | "offline page"
  | "restricted page"
  | "upload report"
  | "shared folder"
  | "protected folder"
  | "home page"
  | "removal question"
  | "removed page"
  | "network page"
  | "wait page"
  | "busy page"
  | "files page"
  | "links page"
  | "stored page"
  | "remote page"
  | "account page"
  | "plan page";

/** Pages for signed-in users. */
export const signedInPages: readonly ReadPage[] = [
  "files page",
  "links page",
  "stored page",
  "remote page",
  "account page",
  "plan page",
];

/** What is in the pages above. */
export const seen = {
  name: "a &amp; &lt;b&gt; 'c'.bin",
  size: "1.50 KB",
  folder: "My &lt;folder&gt;",
} as const;

export interface Pattern {
  client: string;
  what: string;
  on: ReadPage;
  /** What the client takes from the page; undefined if it finds nothing. */
  read(page: string): string | undefined;
  /** `url` stands for the link of the file, `direct` for its bytes, `removal` for the link that removes it. */
  expected: string | RegExp;
}

const first = (pattern: RegExp) => (page: string) => pattern.exec(page)?.[1];
/** plowshare looks at one line at a time. */
const onLine = (line: RegExp, pattern: RegExp) => (page: string) => {
  const found = page.split("\n").find((each) => line.test(each));
  return found === undefined ? undefined : pattern.exec(found)?.[1];
};
const URL_OF_FILE = /^https:\/\/1fichier\.com\/\?[a-z0-9]{20}$/;
const DIRECT = /^https:\/\/a-1\.1fichier\.com\/p[A-Za-z0-9]+$/;
const REMOVAL = /^https:\/\/1fichier\.com\/remove\/[a-z0-9]{20}\/[A-Za-z0-9]+$/;
const cellsOf = (page: string) => elementsOf(parsePage(page), "td", "normal").map(({ text }) => text);
const premiumSpans = (page: string) => {
  const table = elementsOf(parsePage(page), "table", "premium")[0];
  const cell = table && elementsOf(table, "td", "normal")[0];
  return cell === undefined ? [] : elementsOf(cell, "span").map(({ text }) => text);
};

const freePage: readonly Omit<Pattern, "on">[] = [
  {
    client: "pyLoad",
    what: "name",
    read: first(/<td class="normal"><span style="font-weight:bold">(.+?)</),
    expected: seen.name,
  },
  { client: "pyLoad", what: "size", read: first(/<span[^>]*>([\d.,]+ [KMGT]?B)<\/span><\/td>/), expected: seen.size },
  {
    client: "pyLoad",
    what: "action",
    read: first(/ action="(https:\/\/1fichier\.com\/\?\w+)"/),
    expected: URL_OF_FILE,
  },
  { client: "1fichier-dl", what: "name", read: (page) => cellsOf(page)[0], expected: seen.name },
  { client: "1fichier-dl", what: "size", read: (page) => cellsOf(page)[2], expected: seen.size },
  { client: "a fork of 1fichier-dl", what: "name", read: (page) => premiumSpans(page)[0], expected: seen.name },
  { client: "a fork of 1fichier-dl", what: "size", read: (page) => premiumSpans(page)[1], expected: seen.size },
  { client: "a Rust client", what: "name", read: first(/class="tier-name"[^>]*>([^<]+)</), expected: seen.name },
  { client: "a Rust client", what: "size", read: first(/class="tier-feat"[^>]*>([^<]+)</), expected: seen.size },
  {
    client: "a Go provider",
    what: "size",
    read: first(/<span style="font-size:0\.9em;font-style:italic">([^<]+)</),
    expected: seen.size,
  },
  {
    client: "a Korean downloader",
    what: "size behind the QR code and the name",
    read: first(
      /<table[^>]*>(?:(?!<\/table>)[^])*<img[^>]+qr\.pl[^>]+>(?:(?!<\/table>)[^])*<span[^>]*>[^<]+<\/span>[^<]*<br>[^<]*<span[^>]*>([^<]+)</,
    ),
    expected: seen.size,
  },
  {
    client: "JDownloader",
    what: "method of the first form",
    read: first(/<form[^>]*method="([^"]+)"/),
    expected: "post",
  },
  { client: "Synology", what: "adz", read: first(/name="adz" value="([0-9A-z.]*)"/), expected: /^[0-9A-z.]+$/ },
  {
    client: "JDownloader",
    what: "the choice of a plain download",
    read: first(/name="(dl_no_ssl)"/),
    expected: "dl_no_ssl",
  },
  { client: "1fichier-dl", what: "the choice to show it", read: first(/name="(dlinline)"/), expected: "dlinline" },
  {
    client: "Synology",
    what: "button",
    read: first(/type="submit" name="submit" value="([^"]+)"/),
    expected: "Access to download",
  },
];

const passwordPage: readonly Omit<Pattern, "on">[] = [
  { client: "JDownloader", what: "field", read: first(/<input[^>]*name="(pass)"/), expected: "pass" },
  { client: "1fichier-dl", what: "field", read: first(/<input[^>]*id="(pass)"/), expected: "pass" },
  {
    client: "JDownloader",
    what: "action",
    read: first(/<form[^>]*action="([^"]+)"/),
    expected: /^https:\/\/1fichier\.com\/(\?|dir\/)\w+$/,
  },
];

const linkPage: readonly Omit<Pattern, "on">[] = [
  {
    client: "plowshare",
    what: "link",
    read: onLine(/class="ok btn-general btn-orange"/, /<a href="([^"]+)" {2}style/),
    expected: DIRECT,
  },
  { client: "JDownloader", what: "link", read: first(/align:middle">\s+<a href="([^"]+)"/), expected: DIRECT },
  {
    client: "JDownloader",
    what: "link by its text",
    read: first(/<a [^>]*href="([^"]+)"[^>]*>\s*Click here to download/),
    expected: DIRECT,
  },
  {
    client: "pyLoad",
    what: "link",
    read: onLine(/Start your download/, /^<a href="(.+?)">Start your download<\/a>$/),
    expected: DIRECT,
  },
  { client: "iptvplayer", what: "link", read: first(/<a href="([^"]+)"[^>]+class="ok btn-general/), expected: DIRECT },
  {
    client: "Synology",
    what: "link",
    read: first(/href="(https?:\/\/[a-z0-9]+-[a-z0-9]+\.1fichier\.com\/[A-Za-z0-9]+)"/),
    expected: DIRECT,
  },
  {
    client: "1fichier-dl",
    what: "link at /html/body/div[4]/div[2]/a",
    read: (page) =>
      attributeOf(elementAt(parsePage(page), ["html", 1], ["body", 1], ["div", 4], ["div", 2], ["a", 1]), "href"),
    expected: DIRECT,
  },
];

const phrase = (client: string, pattern: RegExp): Omit<Pattern, "on"> => ({
  client,
  what: `words ${pattern.source}`,
  read: (page) => pattern.exec(page)?.[0],
  expected: pattern,
});

const offlinePage = [
  phrase("JDownloader", />\s*File not found/),
  phrase("pyLoad", /File not found !\s*</),
  phrase("pyLoad", />\s*The requested file (has been deleted|does not exist)/),
  phrase("plowshare", /The (requested )?file (could not be found|has been deleted)/),
];

const waitPage: readonly Omit<Pattern, "on">[] = [
  phrase("JDownloader, pyLoad", />\s*You must wait \d+ minutes/),
  phrase("Synology", /You must wait \d+ minutes/),
  phrase("plowshare", /you must wait between downloads\./),
  {
    client: "plowshare",
    what: "minutes",
    read: onLine(/Without subscription,/, /You must wait (\d+) minute/),
    expected: /^[1-9]\d*$/,
  },
  { client: "pyLoad", what: "seconds", read: first(/Free download in ⏳ (\d+)/), expected: /^[1-9]\d*$/ },
];

const busyPage = [
  phrase("pyLoad", /Without subscription, you can only download one file at/),
  phrase("JDownloader", /Warning ! Without subscription, you can only download one file at/),
];

const report: readonly Omit<Pattern, "on">[] = [
  phrase("a PHP library", /Upload finished/),
  { client: "a Python library", what: "link", read: first(/<td class="normal"><a href="(.+)"/), expected: URL_OF_FILE },
  { client: "an uploader", what: "first link", read: first(/(https:\/\/1fichier\.com\/\?\w+)/), expected: URL_OF_FILE },
  { client: "a Go library", what: "first anchor", read: first(/<a [^>]*href="([^"]+)"/), expected: URL_OF_FILE },
  { client: "a C# library", what: "name", read: (page) => reportRow(page)[0], expected: seen.name },
  { client: "a C# library", what: "size", read: (page) => reportRow(page)[1], expected: seen.size },
  { client: "a C# library", what: "link", read: (page) => reportRow(page)[2], expected: URL_OF_FILE },
  {
    client: "a Go library",
    what: "removal link in the last cell",
    read: (page) => reportRow(page).at(-1),
    expected: REMOVAL,
  },
  {
    client: "a Java library",
    what: "name on line 74",
    read: (page) => page.split("\n")[73]?.slice(66).split("<")[0],
    expected: seen.name,
  },
  {
    client: "a Java library",
    what: "link on line 76",
    read: (page) => page.split("\n")[75]?.slice(33).split('"')[0],
    expected: URL_OF_FILE,
  },
];

/** The cells of the second row that is a direct child of the table. */
function reportRow(page: string): string[] {
  const table = elementsOf(parsePage(page), "table", "premium")[0];
  const row = table?.children.filter(({ tag }) => tag === "tr")[1];
  return row?.children.map(({ text }) => text) ?? [];
}

const folder: readonly Omit<Pattern, "on">[] = [
  { client: "JDownloader", what: "name", read: first(/>Shared folder ([^<]+)<\//), expected: seen.folder },
  {
    client: "JDownloader",
    what: "size of a row",
    read: first(/<a href="[^"]+"[^>]*>[^<]+<\/a><\/td>\s*<td[^>]*>([\d.]+ [KMGT]?B)/),
    expected: seen.size,
  },
  { client: "plowshare", what: "link", read: onLine(/Download/, /href="([^"]+)"/), expected: URL_OF_FILE },
  { client: "plowshare", what: "name", read: onLine(/Download/, /<a [^>]*>([^<]+)</), expected: seen.name },
  {
    client: "a Go provider",
    what: "name",
    read: first(/<div class="bh3"[^>]*>\s*<span[^>]*>([^<]+)</),
    expected: seen.folder,
  },
  {
    client: "a Go provider",
    what: "link",
    read: first(/<td class="file-obj"><a href="([^"]+)">[^<]+<\/a><\/td><td>/),
    expected: URL_OF_FILE,
  },
];

const rowOf = (page: string, tag: string, name: string) =>
  elementsOf(parsePage(page), "li", tag).find((row) => elementsOf(row, "div", "dF")[0]?.text === name);

const filesPage: readonly Omit<Pattern, "on">[] = [
  {
    client: "plowshare",
    what: "id of a folder",
    read: onLine(
      /class="dF".*>My &lt;folder&gt;</,
      /rel="(\d+)"><div class="dF"><a href="#" onclick="return false">My &lt;folder&gt;</,
    ),
    expected: /^\d+$/,
  },
  {
    client: "a PHP scraper",
    what: "id of a folder",
    read: (page) => attributeOf(rowOf(page, "directory", seen.folder), "rel"),
    expected: /^\d+$/,
  },
  {
    client: "a PHP scraper",
    what: "id of a file",
    read: (page) => attributeOf(rowOf(page, "file", "guarded.bin"), "rel"),
    expected: /^C_0_[a-z0-9]{20}$/,
  },
  {
    client: "a PHP scraper",
    what: "size of a file",
    read: (page) => {
      const row = rowOf(page, "file", "guarded.bin");
      return row && elementsOf(row, "div", "dS")[0]?.text;
    },
    expected: seen.size,
  },
  {
    client: "a PHP scraper",
    what: "date of a file",
    read: (page) => {
      const row = rowOf(page, "file", "guarded.bin");
      return row && elementsOf(row, "div", "dD")[0]?.text;
    },
    expected: /^\d{4}-\d\d-\d\d /,
  },
];

const secondCells = (page: string) =>
  elementsOf(elementsOf(parsePage(page), "table", "premium")[0] ?? parsePage(page), "tr").map(
    ({ children }) => children[1]?.text,
  );

const accountPages: readonly Pattern[] = [
  {
    client: "a PHP scraper",
    what: "link in the second cell",
    on: "links page",
    read: (page) => secondCells(page).find((cell) => cell?.includes("://")),
    expected: URL_OF_FILE,
  },
  {
    client: "a Python scraper",
    what: "first link of the site",
    on: "links page",
    read: first(/<a [^>]*href="(https:\/\/1fichier\.com\/[^"]*)"/),
    expected: URL_OF_FILE,
  },
  {
    client: "a Go library",
    what: "three second cells, with numbers first and last",
    on: "stored page",
    read: (page) => secondCells(page).join("; "),
    expected: /^\d+; \d+(\.\d\d)? [KMGT]?B; \d+$/,
  },
  {
    client: "a PHP scraper",
    what: "one entry more than four times the uploads",
    on: "remote page",
    read: (page) => String(/<div id="ct">([^]*?)\n<\/div>/.exec(page)?.[1]?.match(/<div/g)?.length),
    expected: "1",
  },
  {
    client: "a PHP scraper",
    what: "mail of the account",
    on: "account page",
    read: (page) => {
      const block = elementsOf(parsePage(page), "div", "rightside")[0]?.children[0];
      return block?.children[1]?.children[0]?.text;
    },
    expected: /^[^@]+@example\.org$/,
  },
  { ...phrase("JDownloader", /\/logout\.pl/), on: "account page" },
  { ...phrase("plowshare", />\s*(My files|Logout)\s*</), on: "account page" },
  { ...phrase("Synology", /(Premium|Access) offer Account/), on: "account page" },
  {
    client: "pyLoad",
    what: "end of the plan",
    on: "plan page",
    read: first(/valid until <span style="font-weight:bold">(\d{4}-\d\d-\d\d)</),
    expected: /^2\d{3}-/,
  },
];

const on = (page: ReadPage, patterns: readonly Omit<Pattern, "on">[]): Pattern[] =>
  patterns.map((pattern) => ({ ...pattern, on: page }));

/** What each client looks for, in our own words; the API description names their sources. */
export const patterns: readonly Pattern[] = [
  ...on("free page", freePage),
  ...on("protected page", passwordPage),
  ...on("page after a wrong password", [...passwordPage, phrase("1fichier-dl", /Bad password/)]),
  ...on("link page", linkPage),
  ...on("offline page", offlinePage),
  ...on("restricted page", [phrase("JDownloader", />\s*Access to this file is protected/)]),
  ...on("upload report", report),
  ...on("shared folder", folder),
  ...on("protected folder", passwordPage),
  ...on("home page", [
    {
      client: "a Go library",
      what: "action of the form files",
      read: first(/<form id="files"[^>]* action="([^"]+)"/),
      expected: /^https:\/\/up1\.1fichier\.com\/upload\.cgi\?id=[A-Za-z0-9]{10}$/,
    },
  ]),
  ...on("removed page", [phrase("plowshare", /file has been/)]),
  ...on("wait page", waitPage),
  ...on("busy page", busyPage),
  ...on("files page", filesPage),
  ...accountPages,
];

export interface Alarm {
  client: string;
  pattern: RegExp;
  /** Pages that mean it. */
  except?: readonly ReadPage[];
}

const gone: readonly ReadPage[] = ["offline page"];
const withPassword: readonly ReadPage[] = ["protected page", "page after a wrong password", "protected folder"];

/**
 * What makes a client wait, give up or ask for more: must not appear on a page that does not mean it, not even in
 * comments.
 */
export const alarms: readonly Alarm[] = [
  { client: "pyLoad", pattern: /Without subscription, you can only download one file at/, except: ["busy page"] },
  { client: "pyLoad", pattern: /Our services are in maintenance/ },
  { client: "pyLoad", pattern: /temporarily limited due to high demand/ },
  { client: "pyLoad", pattern: /is not possible to unregistered users|need a subscription/ },
  { client: "pyLoad", pattern: /Free download in/, except: ["wait page"] },
  { client: "pyLoad", pattern: /You must wait \d+ minutes?/, except: ["wait page"] },
  { client: "pyLoad", pattern: /g-recaptcha|h-captcha/ },
  { client: "pyLoad, JDownloader", pattern: /\/logout\.pl/, except: signedInPages },
  { client: "a link checker", pattern: /file not found/i, except: gone },
  { client: "plowshare", pattern: /could not be found|has been deleted/, except: gone },
  { client: "plowshare", pattern: /has been scanned|MOVED - TEMPORARY_REDIRECT/ },
  { client: "JDownloader", pattern: /Can't connect DB|base de donn.es impossible|Software error/ },
  { client: "JDownloader", pattern: /too fast|IP Locked|Will be unlocked|will be unlock/ },
  {
    client: "JDownloader",
    pattern: /one file at a time|already download|must wait/i,
    except: ["wait page", "busy page"],
  },
  { client: "JDownloader", pattern: /Without [Pp]remium|Warning !/, except: ["busy page"] },
  { client: "JDownloader", pattern: /not possible to free|unregistered users/ },
  { client: "JDownloader", pattern: /file is protected/, except: ["restricted page"] },
  { client: "JDownloader", pattern: /The free offer is intended to|limitations are necessary to/ },
  { client: "JDownloader", pattern: /intensive or continuous use|more than 20 GB/ },
  { client: "JDownloader", pattern: /\bVPN\b|\bCDN\b|professional|infrastructure|Accès restreint/i },
  { client: "JDownloader", pattern: /server, proxy, vpn|relay network|abusive activity/i },
  { client: "JDownloader", pattern: /massively shared|simultaneously your IPv4/ },
  { client: "others", pattern: /Sign in instantly to continue your download/ },
  { client: "others", pattern: /free slots are|free guest slots|limited to 1 download/ },
  { client: "others", pattern: /just a moment|cf_chl|cf-turnstile/i },
  { client: "others", pattern: /Internal error/ },
  { client: "others", pattern: /var ct\b|\bct = / },
  { client: "others", pattern: /wait \d+ (hour|minute|second)/, except: ["wait page"] },
  { client: "1fichier-dl, JDownloader", pattern: /["']pass["']/, except: withPassword },
  { client: "1fichier-dl", pattern: /Bad password/, except: ["page after a wrong password"] },
  { client: "everybody", pattern: /<script|\son\w+=|javascript:/i },
];
