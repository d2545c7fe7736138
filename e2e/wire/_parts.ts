import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { type ClientRequest, request } from "node:http";
import type { ApiClient, TestServer } from "@consigne/testkit";
import { bearer, type RawAnswer, send } from "./_wire.ts";

export const MIB = 1024 ** 2;
export const PART_BYTES = 8 * MIB;
const LEAF_BYTES = 4 * MIB;

export const digestOf = (bytes: Uint8Array): string =>
  `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`;

/** In the form of a part's `Leaves-Digest`. */
export function leavesDigestOf(bytes: Uint8Array): string {
  const whole = createHash("sha256");
  for (let at = 0; at < bytes.byteLength; at += LEAF_BYTES) {
    whole.update(
      createHash("sha256")
        .update(bytes.subarray(at, at + LEAF_BYTES))
        .digest(),
    );
  }
  return `sha-256=:${whole.digest("base64")}:`;
}

/** Headers of a part that is verified only by its leaves. */
export const byLeaves = (bytes: Uint8Array) => ({ "content-digest": "", "leaves-digest": leavesDigestOf(bytes) });

/** Bytes of this many whole parts, and `more`. */
export const contentOf = (wholeParts: number, more: number): Buffer => randomBytes(wholeParts * PART_BYTES + more);

export const partOf = (content: Buffer, number: number, partBytes = PART_BYTES): Buffer =>
  content.subarray((number - 1) * partBytes, number * partBytes);

export interface BegunUpload {
  id: string;
  parts: number;
  received_parts: number;
  received_size: number;
  size: number;
  part_size: number;
  folder_id: number;
  filename: string;
  /** Missing if none was requested. */
  url?: string;
  expires_at: string;
}

export async function begin(client: ApiClient, size: number, fields: object = {}): Promise<BegunUpload> {
  const answer = await client.ok("/x/v1/uploads/create", { filename: "film.mkv", size, ...fields });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape is checked where the call is tested
  return answer["upload"] as BegunUpload;
}

/** One part with its digest, or with what the caller says. */
export function put(
  server: Pick<TestServer, "url">,
  key: string,
  { id, number, bytes, headers = {} }: { id: string; number: number; bytes: Buffer; headers?: Record<string, string> },
): Promise<RawAnswer> {
  return send(`${server.url}/x/v1/uploads/${id}/${number}`, {
    method: "PUT",
    headers: { ...bearer(key), "content-digest": digestOf(bytes), ...headers },
    body: bytes,
  });
}

/** Sends all parts, several at a time; asserts that each was accepted. */
export async function putAll(server: TestServer, key: string, id: string, content: Buffer): Promise<void> {
  const count = Math.ceil(content.length / PART_BYTES);
  const numbers = Array.from({ length: count }, (_, at) => at + 1).toReversed();
  const answers = await Promise.all(
    numbers.map((number) => put(server, key, { id, number, bytes: partOf(content, number) })),
  );
  for (const answer of answers) assert.equal(answer.status, 200, answer.text);
}

export async function complete(client: ApiClient, id: string): Promise<{ url: string; file_id: string }> {
  const answer = await client.ok("/x/v1/uploads/complete", { id });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape is checked where the call is tested
  return answer["file"] as { url: string; file_id: string };
}

/** Also resolves when the connection closes: writes ended by that may not call back. */
export function written(sent: ClientRequest, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      sent.off("close", done);
      resolve();
    };
    sent.once("close", done);
    sent.write(bytes, done);
  });
}

/** A part whose bytes the caller sends by hand. */
export function beginPart(
  server: Pick<TestServer, "url">,
  key: string,
  { id, number, length, digest }: { id: string; number: number; length: number; digest: string },
) {
  const sent = request(`${server.url}/x/v1/uploads/${id}/${number}`, {
    method: "PUT",
    headers: { ...bearer(key), "content-digest": digest, "content-length": String(length) },
    agent: false,
  });
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    sent.on("error", reject).on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text })).on("error", reject);
    });
  });
  answer.catch(() => undefined);
  const write = (bytes: Buffer) => written(sent, bytes);
  return { sent, answer, write };
}
