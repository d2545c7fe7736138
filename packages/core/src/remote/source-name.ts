import mime from "mime";
import { storedName } from "../files/names.ts";

const LONGEST_NAME_BYTES = 1024;
const LONGEST_ENDING_BYTES = 32;
const UNKNOWN_TYPE = "application/octet-stream";

/**
 * The name of a fetched file: as the source names it, else the last part of the given address, which a redirect does
 * not change, else a name derived from the host. Never empty, never a path.
 */
export function nameOfSource(source: {
  fileName: string | undefined;
  url: string;
  contentType: string | undefined;
}): string {
  return usable(source.fileName) ?? usable(lastPart(source.url)) ?? inventedName(source);
}

/** Without leading folders. */
function usable(given: string | undefined): string | undefined {
  const last = given?.toWellFormed().split(/[/\\]/).at(-1)?.trim() ?? "";
  if (last === "" || last === "." || last === "..") return undefined;
  return storedName(shortened(last));
}

/** Decoded once: a doubly encoded name stays encoded once. */
function lastPart(url: string): string | undefined {
  const address = URL.parse(url);
  const part = address?.pathname.split("/").at(-1) ?? "";
  // An ftp address may end in the transfer type.
  const text = address?.protocol === "ftp:" ? part.replace(/;type=[a-z]$/i, "") : part;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function inventedName({ url, contentType }: { url: string; contentType: string | undefined }): string {
  const host =
    URL.parse(url)
      ?.hostname.replace(/^\[|\]$/g, "")
      .replaceAll(":", "-") ?? "";
  return storedName(`${host === "" ? "download" : host}.${mime.getExtension(contentType ?? UNKNOWN_TYPE) ?? "bin"}`);
}

/** Keeps the extension, which programs rely on. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST_NAME_BYTES) return name;
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 && Buffer.byteLength(name.slice(dot)) <= LONGEST_ENDING_BYTES ? name.slice(dot) : "";
  const characters = Array.from(name.slice(0, name.length - ending.length));
  let bytes = Buffer.byteLength(ending);
  const fitting = characters.filter((character) => (bytes += Buffer.byteLength(character)) <= LONGEST_NAME_BYTES);
  return `${fitting.join("")}${ending}`;
}

const PAGE_TYPES: ReadonlySet<string> = new Set(["text/html", "application/xhtml+xml"]);
const PAGE_NAME = /\.(x?html?|shtml|xht|mhtml|php\d?|aspx?|jspx?|cgi|pl)$/i;

/** Some sources send a sign-in or error page instead of the file, with a success status. */
export function isPageInDisguise(name: string, contentType: string | undefined): boolean {
  return contentType !== undefined && PAGE_TYPES.has(contentType) && !PAGE_NAME.test(name);
}
