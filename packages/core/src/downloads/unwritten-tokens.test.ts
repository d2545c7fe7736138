import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { DownloadToken } from "./download-token.ts";
import { UnwrittenTokens } from "./unwritten-tokens.ts";

const now = new Date("2026-01-01T00:00:00Z");
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const proved = { ofFile: undefined, ofAccount: undefined };

const tokenNamed = (hash: string, changes: Partial<DownloadToken> = {}): DownloadToken => ({
  hash,
  fileId: "file",
  blobId: undefined,
  archive: undefined,
  linkId: undefined,
  accountId: undefined,
  apiKeyId: undefined,
  sessionId: undefined,
  isInline: false,
  isSingle: false,
  createdAt: now,
  startBefore: later(5),
  expiresAt: later(30),
  startedAt: undefined,
  clientAddress: undefined,
  ...changes,
});

/** Its names are `HOLDER-NUMBER`. */
function keep(tokens: UnwrittenTokens, name: string, changes: Partial<DownloadToken> = {}): void {
  const [holder = ""] = name.split("-");
  tokens.keep(tokenNamed(name, changes), proved, holder);
}

const left = (tokens: UnwrittenTokens, names: readonly string[]) =>
  names.filter((name) => tokens.find(name) !== undefined);

suite("tokens that cannot be written", () => {
  test("make room by removing those of the caller with the most, whoever asks", () => {
    const tokens = new UnwrittenTokens({ most: 6 });
    for (const name of ["small-1", "large-1", "large-2", "large-3", "large-4", "middle-1"]) keep(tokens, name);
    keep(tokens, "middle-2");
    for (const name of ["large-5", "large-6", "large-7"]) keep(tokens, name);
    const names = ["small-1", "middle-1", "middle-2", "large-1", "large-2", "large-3", "large-4", "large-5", "large-6"];
    assert.deepEqual(left(tokens, [...names, "large-7"]), [
      "small-1",
      "middle-1",
      "middle-2",
      "large-5",
      "large-6",
      "large-7",
    ]);
  });

  test("are removed unused before those in use", () => {
    const tokens = new UnwrittenTokens({ most: 3 });
    for (const name of ["one-1", "one-2", "one-3"]) keep(tokens, name);
    keep(tokens, "one-1", { startedAt: now, clientAddress: "192.0.2.1" });
    keep(tokens, "one-4");
    keep(tokens, "one-5");
    assert.deepEqual(left(tokens, ["one-1", "one-2", "one-3", "one-4", "one-5"]), ["one-1", "one-4", "one-5"]);
    for (const name of ["one-4", "one-5"]) keep(tokens, name, { startedAt: now, clientAddress: "192.0.2.1" });
    keep(tokens, "one-6");
    assert.deepEqual(left(tokens, ["one-1", "one-4", "one-5", "one-6"]), ["one-4", "one-5", "one-6"]);
  });

  test("can be used without losing any", () => {
    const tokens = new UnwrittenTokens({ most: 2 });
    keep(tokens, "one-1");
    keep(tokens, "two-1");
    keep(tokens, "two-1", { startedAt: now, clientAddress: "192.0.2.1" });
    assert.deepEqual(left(tokens, ["one-1", "two-1"]), ["one-1", "two-1"]);
  });

  test("are removed first when expired", () => {
    const tokens = new UnwrittenTokens({ most: 3 });
    keep(tokens, "one-1");
    for (const name of ["two-1", "two-2"]) keep(tokens, name, { createdAt: later(1), expiresAt: later(31) });
    keep(tokens, "two-3", { createdAt: later(30), expiresAt: later(60) });
    assert.deepEqual(left(tokens, ["one-1", "two-1", "two-2", "two-3"]), ["two-1", "two-2", "two-3"]);
  });
});
