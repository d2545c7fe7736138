import { findNumber, findText, readTexts } from "../resources/wire-values.ts";

/**
 * What a server says about itself at `/x/v1/about`; 1fichier.com has no such page. A limit that is absent does not
 * apply.
 */
export interface ServerDescription {
  /** `consigne` for servers of this project. */
  name: string;
  version: string | undefined;
  /** IANA name of the time zone of its calls; absent if it is that of 1fichier.com. */
  timeZone: string | undefined;
  /** Origin of direct links, if it is not that of the server. */
  downloadUrl: string | undefined;
  /** Extensions under `/x/v1` that it offers. */
  extensions: string[];
  limits: {
    /** `friendly`, `authentic` or `off`. */
    profile: string | undefined;
    callsPerSecond: number | undefined;
    /** Calls that may be made at once. */
    burst: number | undefined;
    /** Minimum time between two listings of one folder, in milliseconds. */
    listingIntervalMs: number | undefined;
    fullListingIntervalMs: number | undefined;
    userInfoIntervalMs: number | undefined;
  };
  uploads: {
    maxFileBytes: number | undefined;
    maxUploadBytes: number | undefined;
    /** Files in one upload. */
    maxUploadFiles: number | undefined;
    /**
     * Set while every upload is refused: `storage_full` if the server has too little free space, `storage_unavailable`
     * if its storage is not responding.
     */
    refused: string | undefined;
  };
  raw: Readonly<Record<string, unknown>>;
}

/** Undefined if the value is not a description. */
export function toServerDescription(value: unknown): ServerDescription | undefined {
  const raw = objectOf(value);
  const name = findText(raw["name"]);
  if (name === undefined) return undefined;
  const [limits, uploads] = [objectOf(raw["limits"]), objectOf(raw["uploads"])];
  const limit = (each: unknown) => findNumber(each) || undefined;
  return {
    name,
    version: findText(raw["version"]),
    timeZone: findText(raw["wire_time_zone"]),
    downloadUrl: findWebUrl(raw["download_url"]),
    extensions: readTexts(raw["extensions"]),
    limits: {
      profile: findText(limits["profile"]),
      callsPerSecond: limit(limits["requests_per_second"]),
      burst: limit(limits["burst"]),
      listingIntervalMs: limit(limits["listing_interval_ms"]),
      fullListingIntervalMs: limit(limits["full_listing_interval_ms"]),
      userInfoIntervalMs: limit(limits["user_info_interval_ms"]),
    },
    uploads: {
      maxFileBytes: limit(uploads["max_file_bytes"]),
      maxUploadBytes: limit(uploads["max_upload_bytes"]),
      maxUploadFiles: limit(uploads["max_upload_files"]),
      refused: findText(uploads["refused"]),
    },
    raw,
  };
}

function findWebUrl(value: unknown): string | undefined {
  const text = findText(value);
  return text !== undefined && /^https?:\/\//.test(text) && URL.canParse(text) ? text : undefined;
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
