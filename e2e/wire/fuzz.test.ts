import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type Endpoint, endpoints } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertUnharmed } from "./_after-effects.ts";
import { assertRefusal, JSON_TYPE, makeFolder, uploadOne } from "./_wire.ts";

const SEED = 20_260_131;
const ROUNDS = 150;

/** The same numbers in every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Bodies {
  readonly #next: () => number;
  readonly #links: string[];
  readonly #ids: number[];

  constructor(next: () => number, known: { links: string[]; ids: number[] }) {
    this.#next = next;
    this.#links = known.links;
    this.#ids = known.ids;
  }

  of(endpoint: Endpoint): Record<string, unknown> {
    const { properties } = endpoint.request as unknown as { properties: Record<string, { type?: string }> };
    const body: Record<string, unknown> = {};
    for (const [key, { type }] of Object.entries(properties)) {
      const dice = this.#next();
      if (dice < 0.15) continue;
      body[key] = dice < 0.75 ? this.#likely(key, type) : this.#anything(3);
    }
    if (this.#next() < 0.2) body[this.#text()] = this.#anything(2);
    return body;
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.#next() * values.length)];
    assert.ok(value !== undefined);
    return value;
  }

  #likely(key: string, type: string | undefined): unknown {
    if (key === "files" && type === "array") return [{ url: this.#link(), code: this.#text() }];
    if (type === "array" && this.#next() < 0.5) return [this.#link(), this.#link()].slice(0, this.#pick([1, 2]));
    if (type === "array") return [{ url: this.#link(), filename: this.#text(), email: this.#text() }];
    if (/url/.test(key)) return this.#link();
    if (/(_id|did)$/.test(key)) return this.#pick([...this.#ids, 0, -1, 999_999]);
    if (type === "integer") return this.#pick([0, 1, "0", "1", 2, 50]);
    if (/sent_/.test(key)) return this.#pick(["2026-01-31 10:20:30", "2026-02-30 00:00:00", "9999-12-31 23:59:59", ""]);
    if (type === "object") return { ip: [this.#pick(["192.0.2.1", "::/0", "1.2.3.4/99", "x"])], email: [this.#text()] };
    return this.#text();
  }

  #link(): string {
    return this.#pick([
      ...this.#links,
      "https://1fichier.com/?abcdefghij0123456789",
      "x",
      "",
      "http://[",
      `?${this.#text()}`,
    ]);
  }

  #text(): string {
    const fixed = ["", "a", "..", "/", "a/b", "\0", "\r\nX: y", "'; drop table files;--", "%00%2e", "💥".repeat(60)];
    fixed.push("\ud800", "__proto__", "<script>", "x".repeat(300), "é", "null", "-1", "1e999", "#374");
    return this.#pick(fixed);
  }

  #anything(depth: number): unknown {
    const scalars = [
      null,
      true,
      false,
      0,
      -0,
      -1,
      1.5,
      1e308,
      2 ** 53,
      Number.MIN_VALUE,
      "",
      this.#text(),
      this.#link(),
    ];
    if (depth === 0 || this.#next() < 0.6) return this.#pick(scalars.map((value) => [value]))[0];
    if (this.#next() < 0.5) return Array.from({ length: this.#pick([0, 1, 3]) }, () => this.#anything(depth - 1));
    return { [this.#text()]: this.#anything(depth - 1), url: this.#anything(depth - 1) };
  }
}

suite("random JSON", () => {
  let server: TestServer;
  let owner: ApiClient;
  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
  });
  after(() => server[Symbol.asyncDispose]());

  for (const [index, endpoint] of Object.values(endpoints).entries()) {
    test(`${endpoint.operation} answers each of ${ROUNDS} bodies with success or a refusal`, async () => {
      const links = [await uploadOne(owner, `fuzz-${index}-1`), await uploadOne(owner, `fuzz-${index}-2`)];
      const ids = [await makeFolder(owner, `fuzz ${index} a`), await makeFolder(owner, `fuzz ${index} b`)];
      const bodies = new Bodies(random(SEED + index), { links, ids });
      const path = endpoint.path.replace(/^\/v1\/|\.cgi$/g, "");
      for (let round = 0; round < ROUNDS; round++) {
        const body = bodies.of(endpoint);
        const answer = await owner.call(path, body);
        assert.ok(answer.status < 500, `${JSON.stringify(body)}: ${answer.status} ${answer.text}`);
        if (answer.status !== 200) assertRefusal(answer);
        else assert.equal(answer.headers.get("content-type"), JSON_TYPE);
      }
      await assertUnharmed(server);
    });
  }
});
