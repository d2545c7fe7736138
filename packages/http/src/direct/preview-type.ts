/**
 * The type with which a file is shown at the download origin, chosen by its extension and not by the uploader's type.
 * Types that browsers hand to other programs are left out.
 */
const typesByEnding: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "application/pdf": "pdf",
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "oga ogg opus",
    "audio/wav": "wav",
    "image/avif": "avif",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/jpeg": "jpeg jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/webp": "webp",
    "image/x-icon": "ico",
    "text/html": "htm html",
    "text/plain": "conf css csv diff ini js json log md nfo patch py sh sql srt tex toml ts txt xml yaml yml",
    "video/mp4": "m4v mp4",
    "video/ogg": "ogv",
    "video/webm": "webm",
  }).flatMap(([type, endings]) => endings.split(" ").map((ending) => [ending, type])),
);

/**
 * Types that browsers show without running anything. SVG, HTML, XML and PDF can contain scripts or links to other
 * sites.
 */
const inertTypes = new Set([
  "application/ogg",
  "image/avif",
  "image/bmp",
  "image/gif",
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/x-icon",
  "text/plain",
]);

/** Where a file is shown on its own: on the site, or at an origin used for nothing else. */
export type ShownAt = "site" | "download-origin";

/** The type, without parameters, with which a browser may show a file; undefined if it has to save it. */
export function shownType(file: { name: string; contentType: string }, shownAt: ShownAt): string | undefined {
  const ending = /\.([a-z0-9]{1,8})$/i.exec(file.name)?.[1]?.toLowerCase() ?? "";
  const known = shownAt === "download-origin" ? typesByEnding.get(ending) : undefined;
  const announced = essenceOf(file.contentType);
  return known ?? (isInert(announced) ? announced : undefined);
}

/** It can contain neither scripts nor anything that is loaded. */
export function isInert(type: string): boolean {
  return inertTypes.has(type) || /^(audio|video)\/[\w.+-]+$/.test(type);
}

/** A media type without its parameters. */
export function essenceOf(contentType: string): string {
  return (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
}
