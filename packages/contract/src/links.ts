/** Link domains by their number on the wire (0 to 10). */
export const domains: readonly string[] = [
  "1fichier.com",
  "alterupload.com",
  "cjoint.net",
  "desfichiers.com",
  "dfichiers.com",
  "megadl.fr",
  "mesfichiers.org",
  "piecejointe.net",
  "pjointe.com",
  "tenvoi.com",
  "dl4free.com",
];
/** Clients disagree on these two (JDownloader, plowshare): requests to them are answered, but links never use them. */
const variantDomains: readonly string[] = ["desfichiers.net", "mesfichiers.net"];
const allDomains = new Set([...domains, ...variantDomains]);

/**
 * Which host links are printed with: the operator's own URL, or the hosts of 1fichier.com. Named like the header
 * `Consigne-Face`, by which the drop-in proxy asks for the latter.
 */
export type Face = { kind: "native"; publicUrl: string } | { kind: "original"; host: string };

/** The query of a file page. */
export interface FileQuery {
  id: string;
  /** Pairs after the id, e.g. `inline`, `lg`, `auth`, `e`; the first of each name wins. */
  options: Map<string, string>;
}

/** Named like `login.pl`. The name of 1fichier.com's own page is not known. */
export const FORGOTTEN_PASSWORD_PATH = "/forgotten.pl";
export const PASSWORD_RESET_PATH = "/reset.pl";
export const EMAIL_CONFIRMATION_PATH = "/confirm.pl";
export const INVITATION_PATH = "/invitation.pl";

const LONGEST_LINK = 2048;
const MOST_OPTIONS = 32;
const FILE_ID = /^[A-Za-z0-9]{5,20}$/;
const BARE_FILE_ID = /^[A-Za-z0-9]{20}$/;
/** Some URL libraries write `?ID` back as `?ID=`. */
const FILE_ID_WITH_EQUALS = /^[A-Za-z0-9]{20}=$/;
/** Scheme and host are optional in what people paste; group 1 host, 2 path, 3 query. */
const LINK =
  /^(?:(?:https?:)?\/\/([^/?#\s\\@]+)|([a-z0-9.-]+\.[a-z0-9-]+(?::\d+)?)(?=[/?]|$))?(\/[^?#\s]*)?(?:\?([^#]*))?(?:#.*)?$/i;
const PAGE_PATH = /^\/?(?:[a-z]{2}\/?)?$/i;
const DIRECTORY_PATH = /^(?:\/[a-z]{2})?\/dir\/([A-Za-z0-9]{4,32})\/?$/;
const REMOVAL_PATH = /^(?:\/[a-z]{2})?\/remove\/([A-Za-z0-9]{5,20})\/([A-Za-z0-9]{4,32})\/?$/;
/** Labels of service hosts that look like a file id; `a-1` and the like do not. */
const SERVICE_LABEL = /^(?:up\d+|upload|download|static|images)$/;

/** The face of 1fichier.com if the host is one of its domains or below one, else undefined. */
export function faceOfHost(host: string | undefined): Face | undefined {
  if (host === undefined) return undefined;
  const name = hostName(host);
  return domainOf(name) === undefined ? undefined : { kind: "original", host: name };
}

/** Public URL of a file. An unknown domain number counts as 0; the native face has no domains. */
export function fileUrl(face: Face, id: string, domain = 0): string {
  return `${brandUrl(face, domain)}/?${id}`;
}

/**
 * Direct link to bytes: an `x-N` host and one alphanumeric segment, the only form that the Synology plugins accept.
 * `downloadUrl`: the separate origin that the native face has for downloads, if any.
 */
export function directUrl(face: Face, token: string, downloadUrl?: string): string {
  return `${downloadBase(face, downloadUrl)}/p${token}`;
}

/** As `directUrl`, for an archive. */
export function archiveUrl(face: Face, token: string, downloadUrl?: string): string {
  return `${downloadBase(face, downloadUrl)}/z${token}`;
}

/** As `directUrl`, for the thumbnail of a picture. */
export function thumbnailUrl(face: Face, token: string, downloadUrl?: string): string {
  return `${downloadBase(face, downloadUrl)}/t${token}`;
}

function downloadBase(face: Face, downloadUrl: string | undefined): string {
  if (face.kind === "original") return "https://a-1.1fichier.com";
  return publicBase({ publicUrl: downloadUrl ?? face.publicUrl });
}

/** `folderId`: a folder below that of an additional link; only this server has such pages. */
export function directoryUrl(face: Face, shareId: string, folderId?: number): string {
  return siteUrl(face, `/dir/${shareId}${folderId === undefined ? "" : `?folder=${folderId}`}`);
}

export function removalUrl(face: Face, id: string, code: string, domain = 0): string {
  return `${brandUrl(face, domain)}/remove/${id}/${code}`;
}

/** Host as `get_upload_server` gives it: no scheme, no path; a port only on the native face. */
export function uploadHost(face: Face): string {
  return face.kind === "original"
    ? "up1.1fichier.com"
    : publicBase(face)
        .replace(/^[a-z]+:\/\//i, "")
        .replace(/\/.*$/, "");
}

/** Page to request a password reset. The same on every face: e-mails contain the configured URL. */
export function forgottenPasswordUrl(publicUrl: string): string {
  return `${publicUrl}${FORGOTTEN_PASSWORD_PATH}`;
}

/** Page of the API keys. */
export function keysUrl(publicUrl: string): string {
  return `${publicUrl}/console/params.pl`;
}

/** Page to set a new password, with the token of the e-mailed link. */
export function passwordResetUrl(publicUrl: string, token: string): string {
  return `${publicUrl}${PASSWORD_RESET_PATH}?token=${token}`;
}

/** Page where an invited person creates an account, with the token of the e-mailed link. */
export function invitationUrl(publicUrl: string, token: string): string {
  return `${publicUrl}${INVITATION_PATH}?token=${token}`;
}

/** Page to confirm a new e-mail address, with the token of the link sent to it. */
export function emailConfirmationUrl(publicUrl: string, token: string): string {
  return `${publicUrl}${EMAIL_CONFIRMATION_PATH}?token=${token}`;
}

/** Where a browser form posts an upload. */
export function uploadUrl(face: Face, uploadId: string): string {
  const base = face.kind === "original" ? `https://${uploadHost(face)}` : publicBase(face);
  return `${base}/upload.cgi?id=${uploadId}`;
}

/**
 * Target of the redirect that ends an upload. Clients resolve it against the upload host, so it has no host of its own.
 * `parameter` asks for another format than the page.
 */
export function uploadReportPath(uploadId: string, parameter?: "JSON=1" | "JSON=2" | "Export=1"): string {
  return `/end.pl?xid=${uploadId}${parameter === undefined ? "" : `&${parameter}`}`;
}

/** Where to send the bytes of an upload by tus. */
export function tusUrl(face: Face, uploadId: string): string {
  const base = face.kind === "original" ? `https://${face.host}` : publicBase(face);
  return `${base}/x/v1/tus/${uploadId}`;
}

/** Base of the JSON calls, without a slash at its end. */
export function apiBase(face: Face): string {
  return face.kind === "original" ? "https://api.1fichier.com/v1" : `${publicBase(face)}/v1`;
}

/** Absolute URL of a page of the web site; `path` begins with a slash. */
export function siteUrl(face: Face, path: string): string {
  return `${brandUrl(face, 0)}${path}`;
}

/**
 * The file that a text refers to: `https://DOMAIN/?ID` with any suffix, on any host or none, `http://ID.DOMAIN/`, or a
 * bare id of 20 characters. Ids keep their letter case.
 */
export function parseFileLink(text: string): { id: string } | undefined {
  const trimmed = trimLink(text);
  if (trimmed === undefined) return undefined;
  if (BARE_FILE_ID.test(trimmed)) return { id: trimmed };
  const link = splitLink(trimmed);
  if (link === undefined || !PAGE_PATH.test(link.path)) return undefined;
  const id = parseFileQuery(link.query)?.id ?? idInHost(link.host);
  return id === undefined ? undefined : { id };
}

/** True if there is anything in the place of a link's id, valid or not. */
export function isLinkQuery(query: string): boolean {
  return query.length > LONGEST_LINK || linkToken(query.split("&", MOST_OPTIONS)) !== -1;
}

/** Reads what follows `/?`: the first token without `=` is the id, the others are options. */
export function parseFileQuery(query: string): FileQuery | undefined {
  if (query.length > LONGEST_LINK) return undefined;
  const tokens = (query.startsWith("?") ? query.slice(1) : query).split("&", MOST_OPTIONS);
  const position = linkToken(tokens);
  const id = tokens[position]?.replace(/[/=]+$/, "");
  if (id === undefined || !FILE_ID.test(id)) return undefined;
  const options = new Map<string, string>();
  for (const token of tokens.toSpliced(position, 1)) {
    const equals = token.indexOf("=");
    const name = decodeText(equals === -1 ? token : token.slice(0, equals));
    if (name !== "" && !options.has(name)) options.set(name, equals === -1 ? "" : decodeText(token.slice(equals + 1)));
  }
  return { id, options };
}

function linkToken(tokens: readonly string[]): number {
  return tokens.findIndex((token) => token !== "" && (!token.includes("=") || FILE_ID_WITH_EQUALS.test(token)));
}

/** The public share in `/dir/ID`, with or without host, language and query. */
export function parseDirectoryLink(text: string): { id: string } | undefined {
  const found = DIRECTORY_PATH.exec(pathOf(text));
  return found?.[1] === undefined ? undefined : { id: found[1] };
}

/** File and code in `/remove/ID/CODE`, with or without host and language. */
export function parseRemovalLink(text: string): { id: string; code: string } | undefined {
  const found = REMOVAL_PATH.exec(pathOf(text));
  return found?.[1] === undefined || found[2] === undefined ? undefined : { id: found[1], code: found[2] };
}

function brandUrl(face: Face, domain: number): string {
  return face.kind === "original" ? `https://${domains[domain] ?? domains[0]}` : publicBase(face);
}

function publicBase(face: { publicUrl: string }): string {
  const { publicUrl } = face;
  return publicUrl.endsWith("/") ? publicUrl.replace(/\/+$/, "") : publicUrl;
}

function hostName(host: string): string {
  return host.trim().toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
}

/** The link domain that a host is or is below. */
function domainOf(name: string): string | undefined {
  if (!/^[a-z0-9.-]{1,253}$/.test(name)) return undefined;
  const domain = name.split(".").slice(-2).join(".");
  return allDomains.has(domain) ? domain : undefined;
}

/** The id of the old form `http://ID.DOMAIN/`. */
function idInHost(host: string): string | undefined {
  const name = hostName(host);
  const domain = domainOf(name);
  if (domain === undefined || name === domain) return undefined;
  const label = host.trim().slice(0, name.length - domain.length - 1);
  return FILE_ID.test(label) && !SERVICE_LABEL.test(label.toLowerCase()) ? label : undefined;
}

function trimLink(text: string): string | undefined {
  return text.length > LONGEST_LINK ? undefined : text.trim();
}

function splitLink(trimmed: string): { host: string; path: string; query: string } | undefined {
  const found = LINK.exec(trimmed);
  if (found === null) return undefined;
  return { host: found[1] ?? found[2] ?? "", path: found[3] ?? "", query: found[4] ?? "" };
}

function pathOf(text: string): string {
  const trimmed = trimLink(text);
  return trimmed === undefined ? "" : (splitLink(trimmed)?.path ?? "");
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
