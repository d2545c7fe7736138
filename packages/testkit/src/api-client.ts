import assert from "node:assert/strict";
import type { TestServer } from "./test-server.ts";

export interface ApiAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; undefined when it is not JSON. */
  json: Record<string, unknown> | undefined;
}

/** Plain API calls for tests: no retries, no leniency, and nothing is thrown for an error answer. */
export class ApiClient {
  readonly #url: string;
  readonly #apiKey: string | undefined;

  constructor(server: Pick<TestServer, "url">, apiKey?: string) {
    this.#url = server.url;
    this.#apiKey = apiKey;
  }

  /** POSTs a JSON body; `path` is like `file/ls`, or the whole path of an extension, like `/x/v1/keys/ls`. */
  async call(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    return this.request(path.startsWith("/") ? path : `/v1/${path}.cgi`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  /** As `call`, but fails the test unless the answer is a 200. */
  async ok(path: string, body: unknown = {}): Promise<Record<string, unknown>> {
    const answer = await this.call(path, body);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer.json ?? {};
  }

  async request(path: string, init: RequestInit = {}): Promise<ApiAnswer> {
    const headers = new Headers(init.headers);
    if (this.#apiKey !== undefined && !headers.has("authorization"))
      headers.set("authorization", `Bearer ${this.#apiKey}`);
    const response = await fetch(new URL(path, this.#url), { redirect: "manual", ...init, headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  }

  /** Uploads files in one request; returns the report's links. */
  async upload(
    files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<{ download: string; filename: string; remove: string; size: string; whirlpool: string }[]> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    for (const [name, bytes] of Object.entries(files)) form.append("file[]", new Blob([bytes]), name);
    const answer = await this.request("/upload.cgi", { method: "POST", body: form });
    assert.equal(answer.status, 302, answer.text);
    const report = await this.request(answer.headers.get("location") ?? "", { headers: { JSON: "1" } });
    assert.equal(report.status, 200, report.text);
    return (report.json?.["links"] ?? []) as Awaited<ReturnType<ApiClient["upload"]>>;
  }

  /** The bytes of a file, with a fresh token. */
  async download(
    url: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
    const { url: direct } = await this.ok("download/get_token", { url });
    const response = await fetch(String(direct), { headers });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
