import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { suite, test } from "node:test";
import { loadEngine, Whirlpool, type WhirlpoolEngine } from "../src/index.ts";
import { PlainEngine } from "../src/plain-engine.ts";
import { compileSimdEngine } from "../src/simd-engine.ts";

/** The vectors of ISO/IEC 10118-3. The given start of each digest is too long to match by chance. */
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

function digestOf(engine: WhirlpoolEngine, bytes: Uint8Array, stepBytes = bytes.byteLength): string {
  const hash = new Whirlpool(engine);
  for (let at = 0; at < bytes.byteLength; at += stepBytes) hash.update(bytes.subarray(at, at + stepBytes));
  return hash.digest();
}

const openers: Readonly<Record<string, () => Promise<WhirlpoolEngine | undefined>>> = {
  "relaxed vectors": () => compileSimdEngine("relaxed-simd"),
  vectors: () => compileSimdEngine("simd"),
  "plain arithmetic": async () => new PlainEngine(),
};

for (const [name, open] of Object.entries(openers)) {
  suite(`Whirlpool by ${name}`, () => {
    const opened = async () => (await open()) ?? assert.fail("this Node cannot run it");

    test("matches the vectors of the standard", async () => {
      const engine = await opened();
      for (const [text, begin] of vectors) {
        const digest = digestOf(engine, new TextEncoder().encode(text));
        assert.equal(digest.slice(0, begin.length), begin, text.slice(0, 20));
      }
    });

    test("matches OpenSSL at any size", async () => {
      const engine = await opened();
      const sizes = [...Array(200).keys(), 1023, 1024, 130_111, 130_112, 130_113, 1_000_003];
      const bytes = randomBytes(1_000_003);
      const expected = byOpenSsl(bytes, sizes);
      for (const [at, size] of sizes.entries()) {
        assert.equal(digestOf(engine, bytes.subarray(0, size)), expected[at], `${size} bytes`);
      }
    });

    test("does not depend on how the bytes are split", async () => {
      const engine = await opened();
      for (const size of [1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 5000]) {
        const bytes = randomBytes(size);
        const whole = digestOf(engine, bytes);
        for (const step of [1, 7, 64, 65]) assert.equal(digestOf(engine, bytes, step), whole, `${size} by ${step}`);
      }
    });

    test("computes several hashes at once without mixing them", async () => {
      const engine = await opened();
      const contents = Array.from({ length: 5 }, () => randomBytes(3000));
      const hashes = contents.map(() => new Whirlpool(engine));
      for (let at = 0; at < 3000; at += 100) {
        for (const [index, hash] of hashes.entries()) hash.update(contents[index]!.subarray(at, at + 100));
      }
      for (const [index, hash] of hashes.entries()) assert.equal(hash.digest(), digestOf(engine, contents[index]!));
    });
  });
}

/** Runs in a separate Node process, because OpenSSL is configured when it starts. */
function byOpenSsl(bytes: Uint8Array, sizes: readonly number[]): string[] {
  const program = `
    const { createHash } = require("node:crypto");
    const bytes = require("node:fs").readFileSync(0);
    const digests = ${JSON.stringify(sizes)}.map((size) =>
      createHash("whirlpool").update(bytes.subarray(0, size)).digest("hex"));
    process.stdout.write(JSON.stringify(digests));`;
  const child = spawnSync(process.execPath, ["--openssl-legacy-provider", "-e", program], { input: bytes });
  assert.equal(child.status, 0, child.stderr.toString());
  return JSON.parse(child.stdout.toString()) as string[];
}

suite("choosing an implementation", () => {
  test("uses relaxed SIMD where available, and makes one engine only", async () => {
    const engine = await loadEngine();
    assert.equal(engine.kind, "relaxed-simd");
    assert.equal(await loadEngine(), engine);
  });

  for (const [what, program, kind] of [
    ["plain SIMD where relaxed SIMD is missing", refusing("isRelaxed"), "simd"],
    ["plain arithmetic where a page forbids WebAssembly", refusing("() => true"), "plain"],
    ["plain arithmetic where there is no WebAssembly", "delete globalThis.WebAssembly;", "plain"],
  ] as const) {
    test(`uses ${what}`, () => {
      const module = JSON.stringify(new URL("../src/index.ts", import.meta.url).href);
      // Node itself needs WebAssembly to read a TypeScript file.
      const source = `
        const { loadEngine, Whirlpool } = await import(${module});
        ${program}
        const engine = await loadEngine();
        console.log(engine.kind, new Whirlpool(engine).digest().slice(0, 8));`;
      const child = spawnSync(process.execPath, ["--input-type=module", "-e", source], { encoding: "utf8" });
      assert.equal(child.stdout, `${kind} 19fa61d7\n`, child.stderr);
    });
  }
});

/** A runtime that does not compile some modules. */
function refusing(isRefused: string): string {
  return `
    const instantiate = WebAssembly.instantiate;
    // The opcode of the relaxed pick.
    const isRelaxed = (bytes) => Buffer.from(bytes).includes(Buffer.from([0xfd, 0x80, 0x02]));
    const isRefused = ${isRefused};
    WebAssembly.instantiate = async (bytes) => {
      if (isRefused(bytes)) throw new WebAssembly.CompileError("refused");
      return instantiate(bytes);
    };`;
}
