import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { createWhirlpool } from "hash-wasm";
import { createBuiltInHasher } from "./built-in-hasher.ts";
import { Whirlpool } from "./whirlpool.ts";

/** Of ISO/IEC 10118-3; each digest begins as given here, which is more than chance would let pass. */
const vectors = [
  ["", "19fa61d75522a4669b44e39c1d2e1726c530232130d407f89afee0964997f7a7"],
  ["a", "8aca2602792aec6f11a67206531fb7d7f0dff59413145e6973c45001d0087b42"],
  ["abc", "4e2448a4c6f486bb16b6562c73b4020bf3043e3a731bce721ae1b303d97e6d4c"],
  ["message digest", "378c84a4126e2dc6e56dcc7458377aac838d00032230f53ce1f5700c0ffb4d3b"],
  ["abcdefghijklmnopqrstuvwxyz", "f1d754662636ffe92c82ebb9212a484a8d38631ead4238f5442ee13b8054e41b"],
  [
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "dc37e008cf9ee69bf11f00ed9aba26901dd7c28cdec066cc6af42e40f82f3a1e",
  ],
  ["1234567890".repeat(8), "466ef18babb0154d25b9d38a6414f5c08784372bccb204d6549c4afadb601429"],
  ["abcdbcdecdefdefgefghfghighijhijk", "2a987ea40f917061f5d6f0a0e4644f488a7a5a52deee656207c562f988e95c69"],
  ["a".repeat(1_000_000), "0c99005beb57eff50a7cf005560ddf5d29057fd86b20bfd62deca0f1ccea4af5"],
] as const;

test("agrees with the vectors of the standard", async () => {
  for (const [text, begin] of vectors) {
    const bytes = new TextEncoder().encode(text);
    const plain = new Whirlpool();
    plain.update(bytes);
    const expected = plain.digest();
    assert.equal(expected.slice(0, begin.length), begin, text.slice(0, 20));
    const hash = createBuiltInHasher().start();
    await hash.update(bytes);
    assert.equal(await hash.digest(), expected);
  }
});

test("does not care how the bytes are cut", async () => {
  const wasm = await createWhirlpool();
  for (const size of [1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 5000]) {
    const bytes = randomBytes(size);
    const whole = wasm.init().update(bytes).digest();
    for (const step of [1, 7, 64, 65]) {
      const hash = new Whirlpool();
      for (let at = 0; at < size; at += step) hash.update(bytes.subarray(at, at + step));
      assert.equal(hash.digest(), whole, `${size} bytes by ${step}`);
    }
  }
});

test("agrees with OpenSSL", (t) => {
  const bytes = randomBytes(100_003);
  const openssl = spawnSync("openssl", ["dgst", "-whirlpool", "-provider", "legacy", "-provider", "default", "-r"], {
    input: bytes,
  });
  if (openssl.error !== undefined || openssl.status !== 0) return t.skip("no openssl with a legacy provider");
  const hash = new Whirlpool();
  hash.update(bytes);
  assert.equal(hash.digest(), openssl.stdout.toString().slice(0, 128));
});

test("computes several at once without mixing them", async () => {
  const hasher = createBuiltInHasher();
  const contents = Array.from({ length: 5 }, () => randomBytes(3000));
  const hashes = contents.map(() => hasher.start());
  for (let at = 0; at < 3000; at += 100) {
    for (const [index, hash] of hashes.entries()) await hash.update(contents[index]!.subarray(at, at + 100));
  }
  for (const [index, hash] of hashes.entries()) {
    const alone = new Whirlpool();
    alone.update(contents[index]!);
    assert.equal(await hash.digest(), alone.digest());
  }
});
