import assert from "node:assert/strict";
import { request } from "node:http";
import type { AnswerPlace } from "./_recorded-run.ts";

export interface PlacedAnswer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
  json: Record<string, unknown>;
  /** Where the answer is in the log of the server's system calls. */
  place: AnswerPlace;
}

/** Calls from its own loopback address, so that its answers can be identified in what the server has sent. */
export class TracedCaller {
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #localAddress: string;
  readonly #answersTo = new Map<string, number>();

  /** @param localAddress nobody else may call from it */
  constructor(url: string, { headers, localAddress }: { headers: Record<string, string>; localAddress: string }) {
    this.#url = url;
    this.#headers = headers;
    this.#localAddress = localAddress;
  }

  /** `path` is like `file/ls`, or a complete one for an extension; fails the test unless the answer is a 200. */
  async ok(path: string, body: object): Promise<PlacedAnswer> {
    const answer = await this.send(path.startsWith("/") ? path : `/v1/${path}.cgi`, {
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify(body)),
    });
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer;
  }

  /** Uploads files in one request; fails the test unless they are accepted. */
  async upload(files: ReadonlyMap<string, Buffer>, folderId: number): Promise<PlacedAnswer> {
    const boundary = "a-boundary-that-no-file-holds";
    const field = (name: string) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
    const parts: (string | Buffer)[] = [`${field("did")}\r\n\r\n${folderId}\r\n`];
    for (const [name, bytes] of files) parts.push(`${field("file[]")}; filename="${name}"\r\n\r\n`, bytes, "\r\n");
    const body = Buffer.concat([...parts, `--${boundary}--\r\n`].map((part) => Buffer.from(part as string)));
    const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
    const answer = await this.send("/upload.cgi", { headers, body });
    assert.equal(answer.status, 302, answer.text);
    return answer;
  }

  async send(
    path: string,
    { method = "POST", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: Buffer },
  ): Promise<PlacedAnswer> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { "content-length": String(body.length) };
      const sent = request(
        new URL(path, this.#url),
        {
          method,
          headers: { ...this.#headers, ...length, ...headers },
          agent: false,
          localAddress: this.#localAddress,
        },
        (response) => {
          const to = `${this.#localAddress}:${response.socket.localPort}`;
          const nth = (this.#answersTo.get(to) ?? 0) + 1;
          this.#answersTo.set(to, nth);
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString();
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              json: parsed(text),
              place: { to, nth },
            });
          });
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
