import { platform } from "#platform";
import type { ByteContext } from "../byte-context.ts";
import { refusalOf } from "../calls/byte-refusal.ts";
import { operations, urlOf } from "../calls/operations.ts";
import { readServerAddress } from "../calls/server-address.ts";
import { UploadFailedError } from "../errors.ts";
import { isConnectionFailure } from "../platform/connection-failure.ts";
import type { ByteResponse } from "../platform/platform.ts";
import { readText } from "../platform/read-text.ts";
import { type PartProof, type ProofKind, proofHeader, startLeaves } from "./part-proof.ts";
import { authorization } from "./upload-attempt.ts";

/** The bytes of one part, if they are not in memory. */
export interface PartSource {
  sizeBytes: number;
  /** Called once for the digest, and once for each attempt to send them: the same bytes every time. */
  open(): AsyncIterable<Uint8Array>;
}

/** A part that is being sent. */
export interface PartBody extends PartSource {
  proof: PartProof;
  /** The memory of its chunks is not used for anything else in the meantime. */
  isLasting: boolean;
}

export interface SendPartOptions {
  signal?: AbortSignal | undefined;
  /** Called with the bytes of the part that were sent so far. */
  onSent?: ((sentBytes: number) => void) | undefined;
}

interface SendHooks extends SendPartOptions {
  onConnected?: ((tookMs: number) => void) | undefined;
}

/** How errors and hooks name a part. */
export const PART_ENDPOINT = "uploads.part";
const MAX_ANSWER_BYTES = 64 * 1024;
const PAYLOAD_TOO_LARGE = 413;

/** The digest is computed off the calling thread if the bytes are in memory. */
export async function partBody(
  part: Uint8Array<ArrayBuffer> | PartSource,
  kind: ProofKind = "whole",
): Promise<PartBody> {
  if (part instanceof Uint8Array) return bodyInMemory(part, { kind: "whole", digest: await digestOfMemory(part) });
  const digest = await digestOfSource(part, kind);
  if (digest === undefined) return partBody(await readAll(part));
  return { sizeBytes: part.sizeBytes, open: () => part.open(), proof: { kind, digest }, isLasting: false };
}

async function digestOfMemory(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const bodyInMemory = (bytes: Uint8Array, proof: PartProof): PartBody => ({
  sizeBytes: bytes.byteLength,
  open: () => inOnePiece(bytes),
  proof,
  isLasting: true,
});

/** Undefined if the runtime can compute it only for whole memory. */
async function digestOfSource(part: PartSource, kind: ProofKind): Promise<string | undefined> {
  const start = platform.startSha256;
  if (start === undefined) return undefined;
  const hash = kind === "leaves" ? startLeaves(start) : start();
  for await (const chunk of part.open()) hash.update(chunk);
  return hash.digest();
}

async function readAll({ sizeBytes, open }: PartSource): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for await (const chunk of open()) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

/**
 * Sends one part once. Undefined if the server has stored it durably, with these very bytes; else the reason why not.
 * After a failure of the connection that may be uncertain.
 * @throws what the source throws, and the reason of the signal
 */
export async function sendPart(
  context: ByteContext,
  { id, number }: { id: string; number: number },
  body: PartBody,
  { signal, onSent, onConnected }: SendHooks,
): Promise<Error | undefined> {
  try {
    const response = await platform.send({
      method: "PUT",
      url: addressOf(context, id, number),
      headers: { ...proofHeader(body.proof), ...(await authorization(context)) },
      body: {
        sizeBytes: body.sizeBytes,
        chunks: () => body.open(),
        toBlob: async () => new Blob([await readAll(body)]),
        isLasting: body.isLasting,
        ...(onSent === undefined ? {} : { onSent }),
      },
      signal,
      onConnected,
      idleTimeoutMs: context.waits.idleTimeoutMs,
      answerTimeoutMs: context.waits.answerTimeoutMs,
      keepsAlive: true,
    });
    return await refusalIn(response, context, body.sizeBytes);
  } catch (error) {
    if (isConnectionFailure(error)) return error;
    throw error;
  }
}

function addressOf({ apiUrl }: ByteContext, id: string, number: number): string {
  const listing = urlOf(operations.uploadsParts, readServerAddress(apiUrl));
  if (listing === undefined) throw new TypeError("1fichier.com does not accept uploads in parts.");
  return `${listing.replace(/\/parts$/, "")}/${encodeURIComponent(id)}/${number}`;
}

async function refusalIn(
  response: ByteResponse,
  { isOriginal, keys }: ByteContext,
  sizeBytes: number,
): Promise<Error | undefined> {
  const text = await readText(response, MAX_ANSWER_BYTES);
  if (response.status === 200) return undefined;
  const refusal = refusalOf(response, text, {
    endpoint: PART_ENDPOINT,
    isOriginal,
    secrets: [await keys.current()],
  });
  if (response.status !== PAYLOAD_TOO_LARGE || isOurAnswer(text)) return refusal;
  return new UploadFailedError(
    `A proxy in front of the server refuses requests of ${sizeBytes} bytes. Its operator has to allow them (in nginx: client_max_body_size 0).`,
    { cause: refusal },
  );
}

function isOurAnswer(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
