import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { request } from "node:http";
import type { Ports } from "@consigne/core";
import type { TestServer } from "@consigne/testkit";
import { bearer, type RawAnswer, send } from "./_wire.ts";

type Headers = Record<string, string>;

const BYTES = { "content-type": "application/offset+octet-stream" };

/** Pairs of a key and a text, in the header's format. */
export const metadataOf = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`)
    .join(",");

export const checksumOf = (algorithm: "sha1" | "sha256", bytes: Uint8Array): Headers => ({
  "upload-checksum": `${algorithm} ${createHash(algorithm).update(bytes).digest("base64")}`,
});

export const chunkHead = (key: string, offset: number, headers: Headers = {}): Headers => ({
  ...bearer(key),
  ...BYTES,
  "tus-resumable": "1.0.0",
  "upload-offset": String(offset),
  ...headers,
});

/** A client of the protocol, fully controlled by the test. */
export class Tus {
  readonly #server: Pick<TestServer, "url">;
  readonly #key: string;

  constructor(server: Pick<TestServer, "url">, key: string) {
    this.#server = server;
    this.#key = key;
  }

  create(
    length: number,
    {
      metadata = { filename: "film.mkv" },
      headers = {},
      body,
    }: { metadata?: object; headers?: Headers; body?: Buffer } = {},
  ): Promise<RawAnswer> {
    return send(`${this.#server.url}/x/v1/tus`, {
      method: "POST",
      headers: {
        ...this.head,
        "upload-length": String(length),
        "upload-metadata": metadataOf({ ...metadata }),
        ...(body === undefined ? {} : BYTES),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
  }

  /** Asserts that it was begun; returns where its bytes go. */
  async begin(length: number, options: Parameters<Tus["create"]>[1] = {}): Promise<string> {
    const answer = await this.create(length, options);
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.headers.get("tus-resumable"), "1.0.0");
    return String(answer.headers.get("location"));
  }

  patch(url: string, offset: number, body: Buffer, headers: Headers = {}): Promise<RawAnswer> {
    return send(url, { method: "PATCH", headers: chunkHead(this.#key, offset, headers), body });
  }

  /** Asserts that everything was accepted; returns the answer. */
  async patched(url: string, offset: number, body: Buffer, headers: Headers = {}): Promise<RawAnswer> {
    const answer = await this.patch(url, offset, body, headers);
    assert.equal(answer.status, 204, answer.text);
    assert.equal(answer.headers.get("upload-offset"), String(offset + body.length));
    return answer;
  }

  ask(url: string, method: "HEAD" | "DELETE", headers: Headers = {}): Promise<RawAnswer> {
    return send(url, { method, headers: { ...this.head, ...headers } });
  }

  /** The offset of the upload. */
  async offset(url: string): Promise<number> {
    const answer = await this.ask(url, "HEAD");
    assert.equal(answer.status, 200, `HEAD was answered ${answer.status}`);
    return Number(answer.headers.get("upload-offset"));
  }

  /** A PATCH whose bytes the caller sends by hand; chunked without a length. */
  open(url: string, offset: number, { length, headers = {} }: { length?: number; headers?: Headers } = {}) {
    const sized = length === undefined ? { "transfer-encoding": "chunked" } : { "content-length": String(length) };
    const sent = request(url, {
      method: "PATCH",
      headers: { ...chunkHead(this.#key, offset), ...sized, ...headers },
      agent: false,
    });
    const answer = new Promise<{ status: number; text: string; offset: string | undefined }>((resolve, reject) => {
      sent.on("error", reject).on("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        const { "upload-offset": stands } = response.headers;
        const offsetNow = typeof stands === "string" ? stands : undefined;
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text, offset: offsetNow }));
        response.on("error", reject);
      });
    });
    answer.catch(() => undefined);
    const write = (bytes: Buffer) => new Promise<void>((resolve) => sent.write(bytes, () => resolve()));
    return { sent, answer, write };
  }

  get head(): Headers {
    return { ...bearer(this.#key), "tus-resumable": "1.0.0" };
  }
}

/** Calls `tell` after received bytes were recorded in the rows, before that is durable. */
export function tellOfAdvances(ports: Ports, tell: () => void): Ports {
  const transaction = ports.database.transaction.bind(ports.database);
  ports.database.transaction = (work) =>
    transaction((rows) => {
      const advance = rows.partUploads.advance.bind(rows.partUploads);
      rows.partUploads.advance = async (...input) => {
        await advance(...input);
        tell();
      };
      return work(rows);
    });
  return ports;
}
