import { MOST_TUS_METADATA } from "@consigne/contract";
import type { PartUploadOptions } from "@consigne/core";
import { RequestError } from "../../wire/error-answer.ts";
import { folderReference } from "../../wire/wire-files.ts";

const KEY = /^[\x21-\x2b\x2d-\x7e]{1,200}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const MOST_TYPE = 200;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

type TusOptions = Pick<PartUploadOptions, "place" | "name" | "contentType" | "domain" | "password" | "hasNoLinkYet"> & {
  /** As sent, without the password. */
  streamMetadata: string;
};

/**
 * What an upload should become, from the header `Upload-Metadata`: comma-separated pairs of a key and a base64 value.
 * The protocol does not define the keys: `filename` and `filetype` are common, `name` and `type` are Uppy's.
 * @throws {RequestError} `badRequest`, `badName`
 */
export function optionsOf(header: string): TusOptions {
  if (header.length > MOST_TUS_METADATA)
    throw bad(`Upload-Metadata has more than ${MOST_TUS_METADATA} characters; nothing was stored.`);
  const pairs = pairsOf(header);
  const textOf = (key: string) => decoded(key, pairs.get(key));
  const name = textOf("filename") ?? textOf("name");
  if (name === undefined) throw bad("Name the file in Upload-Metadata, as filename; nothing was stored.");
  const path = textOf("path");
  const folder = numberOf("folder_id", textOf("folder_id"));
  if (path !== undefined && folder !== undefined) throw bad("Give either folder_id or path in Upload-Metadata.");
  const type = textOf("filetype") ?? textOf("type");
  return {
    place: path === undefined ? folderReference(folder) : { path },
    name,
    // Browsers do not know the type of many files.
    contentType: type === undefined || type === "" || type.length > MOST_TYPE ? undefined : type,
    domain: numberOf("domain", textOf("domain")),
    password: textOf("pass") ?? "",
    hasNoLinkYet: textOf("link") === "0",
    streamMetadata: [...pairs]
      .filter(([key]) => key !== "pass")
      .map(([key, value]) => (value === "" ? key : `${key} ${value}`))
      .join(","),
  };
}

function pairsOf(header: string): Map<string, string> {
  const pairs = new Map<string, string>();
  if (header.trim() === "") return pairs;
  for (const pair of header.split(",")) {
    const [key = "", value = "", ...more] = pair.trim().split(/ +/);
    if (!KEY.test(key) || !BASE64.test(value) || more.length > 0) {
      throw bad("Upload-Metadata must be a list of keys, each with a value in base64; nothing was stored.");
    }
    if (pairs.has(key)) throw bad("Upload-Metadata has a key twice; nothing was stored.");
    pairs.set(key, value);
  }
  return pairs;
}

function decoded(key: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  try {
    return utf8.decode(Buffer.from(value, "base64"));
  } catch {
    const isName = key === "filename" || key === "name";
    throw new RequestError(
      isName ? "badName" : "badRequest",
      `In Upload-Metadata, ${key} is not valid UTF-8; nothing was stored.`,
    );
  }
}

function numberOf(key: string, text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw bad(`In Upload-Metadata, ${key} is not a number; nothing was stored.`);
}

const bad = (text: string) => new RequestError("badRequest", text);
