import { TUS_BODY_TYPE, TUS_VERSION } from "@consigne/contract";
import type { ChunkChecksum } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import { RequestError } from "../../wire/error-answer.ts";

const BYTES_OF_DIGEST = { sha1: 20, sha256: 32 } as const;

/** @throws {RequestError} `tusVersion` */
export function requireVersion(request: FastifyRequest): void {
  if (headerOf(request, "tus-resumable") === TUS_VERSION) return;
  throw new RequestError("tusVersion", `Send Tus-Resumable: ${TUS_VERSION}; nothing was stored.`);
}

/** @throws {RequestError} `badRequest`, also for a deferred length and for parts to be concatenated */
export function lengthOfUpload(request: FastifyRequest): number {
  if (headerOf(request, "upload-concat") !== undefined)
    throw bad("Concatenation is not offered; send the file as one upload. Nothing was stored.");
  if (headerOf(request, "upload-defer-length") !== undefined)
    throw bad("Upload-Defer-Length is not offered; send Upload-Length instead. Nothing was stored.");
  return countOf(request, "upload-length");
}

/** @throws {RequestError} `badRequest` */
export function offsetOf(request: FastifyRequest): number {
  return countOf(request, "upload-offset");
}

/** Node has already refused invalid numbers. A chunked body has none. */
export function lengthOfBody({ headers }: FastifyRequest): number | undefined {
  const text = headers["content-length"];
  if (text !== undefined) return Number(text);
  return headers["transfer-encoding"] === undefined ? 0 : undefined;
}

/** @throws {RequestError} `notOffsetStream` */
export function requireBytes(request: FastifyRequest): void {
  const type = headerOf(request, "content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type === TUS_BODY_TYPE) return;
  throw new RequestError("notOffsetStream", `Send the bytes as ${TUS_BODY_TYPE}; nothing was stored.`);
}

/** @throws {RequestError} `badRequest` */
export function checksumOf(request: FastifyRequest): ChunkChecksum | undefined {
  const text = headerOf(request, "upload-checksum");
  if (text === undefined) return undefined;
  const [algorithm = "", value = "", ...more] = text.trim().split(/ +/);
  if (algorithm !== "sha1" && algorithm !== "sha256")
    throw bad("Upload-Checksum supports only sha1 and sha256; nothing was stored.");
  const digest = Buffer.from(value, "base64");
  if (more.length > 0 || digest.length !== BYTES_OF_DIGEST[algorithm] || digest.toString("base64") !== value) {
    throw bad(`Upload-Checksum does not contain a ${algorithm} in base64; nothing was stored.`);
  }
  return { algorithm, digest: digest.toString("hex") };
}

export function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

function countOf(request: FastifyRequest, name: "upload-length" | "upload-offset"): number {
  const text = headerOf(request, name) ?? "";
  const count = /^\d{1,16}$/.test(text) ? Number(text) : Infinity;
  if (Number.isSafeInteger(count)) return count;
  throw bad(
    `Send ${name === "upload-length" ? "Upload-Length" : "Upload-Offset"}, a number of bytes; nothing was stored.`,
  );
}

const bad = (text: string) => new RequestError("badRequest", text);
