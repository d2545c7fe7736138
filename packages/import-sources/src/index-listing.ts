/** A link in a listing to an entry directly below it. */
export interface IndexedName {
  url: string;
  name: string;
  isFolder: boolean;
  sizeBytes: number | undefined;
}

const MOST_NAMES = 50_000;
/** Never past the next tag, so that no page takes long. */
const ANCHOR = /<a\s[^<>]{0,500}?href\s*=\s*(?:"([^"<>]{1,4096})"|'([^'<>]{1,4096})')/gi;
/** Titles of nginx, Apache, lighttpd and others, of Python and Twisted, of Tomcat, and of Jetty. */
const TITLE = /<title>\s*(?:index of\b|directory listing for\b|directory: \/)/i;
const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi;
const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * The entries directly below a listing by nginx (HTML or JSON), Apache or Python; undefined if it is not a listing.
 * Links elsewhere, to the parent, to a sorted listing and to deeper entries are left out.
 */
export function readIndex(text: string, folder: URL, contentType: string | undefined): IndexedName[] | undefined {
  const found = contentType === "application/json" ? readJson(text, folder) : readHtml(text, folder);
  if (found === undefined) return undefined;
  const byUrl = new Map(found.map((each) => [each.url, each]));
  return [...byUrl.values()].slice(0, MOST_NAMES);
}

function readHtml(text: string, folder: URL): IndexedName[] | undefined {
  if (!TITLE.test(text)) return undefined;
  const hrefs = Array.from(text.matchAll(ANCHOR), ([, quoted, single]) => decoded(quoted ?? single ?? ""));
  return hrefs.flatMap((href) => below(href, folder) ?? []);
}

function readJson(text: string, folder: URL): IndexedName[] | undefined {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(entries)) return undefined;
  return entries.flatMap((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) return [];
    const { name, type, size } = entry as Record<"name" | "type" | "size", unknown>;
    if (typeof name !== "string" || name === "" || name.includes("/")) return [];
    const found = below(`./${encodeURIComponent(name)}${type === "directory" ? "/" : ""}`, folder);
    return found === undefined ? [] : { ...found, sizeBytes: Number.isSafeInteger(size) ? Number(size) : undefined };
  });
}

/** Undefined unless the link leads to something directly in the folder. */
function below(href: string, folder: URL): IndexedName | undefined {
  const url = URL.parse(href, folder.href);
  if (url === null || url.origin !== folder.origin || url.search !== "" || url.username !== "") return undefined;
  url.hash = "";
  if (!url.pathname.startsWith(folder.pathname)) return undefined;
  const rest = url.pathname.slice(folder.pathname.length);
  const isFolder = rest.endsWith("/");
  const segment = isFolder ? rest.slice(0, -1) : rest;
  if (segment === "" || segment.includes("/")) return undefined;
  return { url: url.href, name: nameOf(segment), isFolder, sizeBytes: undefined };
}

/** Text that cannot be decoded is used as it is; text that decodes to a path is refused where names are checked. */
function nameOf(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function decoded(text: string): string {
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}
