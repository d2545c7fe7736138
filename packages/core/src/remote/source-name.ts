import mime from "mime";
import { keptName } from "../files/names.ts";

const LONGEST_NAME_BYTES = 1024;
const LONGEST_ENDING_BYTES = 32;
const UNKNOWN_TYPE = "application/octet-stream";

/**
 * The name of a file that came from an address: as its source calls it, else the last part of the address that was given,
 * which a redirect does not change, else one made of the host. Never empty, never a path.
 */
export function nameOfSource(source: {
  fileName: string | undefined;
  url: string;
  contentType: string | undefined;
}): string {
  return usable(source.fileName) ?? usable(lastPart(source.url)) ?? madeUp(source);
}

/** Without the folders that were sent along. */
function usable(given: string | undefined): string | undefined {
  const last = given?.toWellFormed().split(/[/\\]/).at(-1)?.trim() ?? "";
  if (last === "" || last === "." || last === "..") return undefined;
  return keptName(shortened(last));
}

/** Decoded once: what is encoded twice is called so. */
function lastPart(url: string): string | undefined {
  const address = URL.parse(url);
  const part = address?.pathname.split("/").at(-1) ?? "";
  // An ftp address may end in the type of the transfer.
  const text = address?.protocol === "ftp:" ? part.replace(/;type=[a-z]$/i, "") : part;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function madeUp({ url, contentType }: { url: string; contentType: string | undefined }): string {
  const host =
    URL.parse(url)
      ?.hostname.replace(/^\[|\]$/g, "")
      .replaceAll(":", "-") ?? "";
  return keptName(`${host === "" ? "download" : host}.${mime.getExtension(contentType ?? UNKNOWN_TYPE) ?? "bin"}`);
}

/** Keeps the ending, which programs go by. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST_NAME_BYTES) return name;
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 && Buffer.byteLength(name.slice(dot)) <= LONGEST_ENDING_BYTES ? name.slice(dot) : "";
  const characters = Array.from(name.slice(0, name.length - ending.length));
  let bytes = Buffer.byteLength(ending);
  const kept = characters.filter((character) => (bytes += Buffer.byteLength(character)) <= LONGEST_NAME_BYTES);
  return `${kept.join("")}${ending}`;
}

const PAGE_TYPES: ReadonlySet<string> = new Set(["text/html", "application/xhtml+xml"]);
const PAGE_NAME = /\.(x?html?|shtml|xht|mhtml|php\d?|aspx?|jspx?|cgi|pl)$/i;

/** A sign-in or error page comes in the place of a file, and with success. */
export function isPageInDisguise(name: string, contentType: string | undefined): boolean {
  return contentType !== undefined && PAGE_TYPES.has(contentType) && !PAGE_NAME.test(name);
}
