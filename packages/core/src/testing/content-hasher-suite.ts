import assert from "node:assert/strict";
import { createHash, randomBytes, randomInt } from "node:crypto";
import { describe, test } from "node:test";
import { LEAF_BYTES } from "../files/manifest-format.ts";
import type { ContentHash, ContentHasher } from "../ports/content-hasher.ts";

/** A separate hasher for one test. */
export interface OpenedContentHasher {
  hasher: ContentHasher;
  close(): Promise<void>;
}

type Run = (hasher: ContentHasher) => Promise<void>;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** The test vectors that ISO/IEC 10118-3 gives for Whirlpool: text, number of repetitions, digest. */
const isoVectors: readonly [text: string, repeats: number, digest: string][] = [
  [
    "",
    1,
    "19fa61d75522a4669b44e39c1d2e1726c530232130d407f89afee0964997f7a73e83be698b288febcf88e3e03c4f0757ea8964e59b63d93708b138cc42a66eb3",
  ],
  [
    "a",
    1,
    "8aca2602792aec6f11a67206531fb7d7f0dff59413145e6973c45001d0087b42d11bc645413aeff63a42391a39145a591a92200d560195e53b478584fdae231a",
  ],
  [
    "abc",
    1,
    "4e2448a4c6f486bb16b6562c73b4020bf3043e3a731bce721ae1b303d97e6d4c7181eebdb6c57e277d0e34957114cbd6c797fc9d95d8b582d225292076d4eef5",
  ],
  [
    "message digest",
    1,
    "378c84a4126e2dc6e56dcc7458377aac838d00032230f53ce1f5700c0ffb4d3b8421557659ef55c106b4b52ac5a4aaa692ed920052838f3362e86dbd37a8903e",
  ],
  [
    "abcdefghijklmnopqrstuvwxyz",
    1,
    "f1d754662636ffe92c82ebb9212a484a8d38631ead4238f5442ee13b8054e41b08bf2a9251c30b6a0b8aae86177ab4a6f68f673e7207865d5d9819a3dba4eb3b",
  ],
  [
    ALPHABET,
    1,
    "dc37e008cf9ee69bf11f00ed9aba26901dd7c28cdec066cc6af42e40f82f3a1e08eba26629129d8fb7cb57211b9281a65517cc879d7b962142c65f5a7af01467",
  ],
  [
    "1234567890",
    8,
    "466ef18babb0154d25b9d38a6414f5c08784372bccb204d6549c4afadb6014294d5bd8df2a6c44e538cd047b2681a51a2c60481e88c5a20b2c2a80cf3a9a083b",
  ],
  [
    "abcdbcdecdefdefgefghfghighijhijk",
    1,
    "2a987ea40f917061f5d6f0a0e4644f488a7a5a52deee656207c562f988e95c6916bdc8031bc5be1b7b947639fe050b56939baaa0adff9ae6745b7b181c3be3fd",
  ],
  [
    "a",
    1_000_000,
    "0c99005beb57eff50a7cf005560ddf5d29057fd86b20bfd62deca0f1ccea4af51fc15490eddc47af32bb2b66c34ff9ad8c6008ad677f77126953b226e4ed8b01",
  ],
];

/** Registers the tests that every {@link ContentHasher} passes. */
export function contentHasherSuite(name: string, open: () => Promise<OpenedContentHasher>): void {
  const withHasher = (run: Run) => async (): Promise<void> => {
    const { hasher, close } = await open();
    try {
      await run(hasher);
    } finally {
      await close();
    }
  };
  describe(`${name} as a content hasher`, () => {
    describe("digests", () => digestTests(withHasher));
    describe("running hashes", () => runningTests(withHasher));
  });
}

function digestTests(withHasher: (run: Run) => () => Promise<void>): void {
  test(
    "match the published vectors",
    withHasher(async (hasher) => {
      for (const [text, repeats, digest] of isoVectors) {
        assert.equal(await hashInPieces(hasher, Buffer.from(text.repeat(repeats))), digest, `${repeats} x ${text}`);
      }
    }),
  );
  test(
    "do not depend on how the content is split",
    withHasher(async (hasher) => {
      const contents = [0, 1, 63, 64, 65_535, 65_536, 65_537, 200_000].map((size) => randomBytes(size));
      const digests = await Promise.all(contents.map((content) => hashWhole(hasher, content)));
      for (let round = 0; round < 2000; round++) {
        const index = round % 50 === 0 ? randomInt(contents.length) : randomInt(4);
        assert.equal(await hashInPieces(hasher, contents[index] ?? Buffer.alloc(0)), digests[index]);
      }
    }),
  );
  test(
    "do not depend on a chunk's memory after the update",
    withHasher(async (hasher) => {
      const content = randomBytes(3_000_000);
      const hash = hasher.start();
      const shared = Buffer.alloc(50_000);
      for (let at = 0; at < content.length; at += shared.length) {
        content.copy(shared, 0, at);
        await hash.update(shared);
        shared.fill(0xee);
      }
      assert.equal(await hash.digest(), await hashWhole(hasher, content));
    }),
  );
}

function runningTests(withHasher: (run: Run) => () => Promise<void>): void {
  test(
    "can run many at once",
    withHasher(async (hasher) => {
      const contents = Array.from({ length: 100 }, (_, index) => randomBytes(index * 3000));
      const together = await Promise.all(contents.map((content) => hashInPieces(hasher, content)));
      for (const [index, content] of contents.entries()) {
        assert.equal(together[index], await hashWhole(hasher, content));
      }
    }),
  );
  test(
    "are not held up by one that receives no bytes",
    withHasher(async (hasher) => {
      const slow = await Promise.all(
        Array.from({ length: 10 }, async () => {
          const hash = hasher.start();
          await hash.update(Buffer.alloc(100_000, "a"));
          return hash;
        }),
      );
      const content = Buffer.alloc(1_000_000, "a");
      const digest = await hashInPieces(hasher, content);
      for (const hash of slow) {
        await hash.update(content.subarray(100_000));
        assert.equal(await hash.digest(), digest);
      }
    }),
  );
  test(
    "are unaffected by others that start, end or are aborted meanwhile",
    withHasher(async (hasher) => {
      // Large, so that some of it is surely hashed before the others begin.
      const content = randomBytes(6_000_000);
      const hash = hasher.start();
      for (let at = 0; at < content.length; at += 2_000_000) {
        await hash.update(content.subarray(at, at + 2_000_000));
        const aborted = hasher.start();
        await aborted.update(randomBytes(2_000_000));
        const other = content.subarray(at, at + 200_000);
        assert.equal(await hashInPieces(hasher, other), await hashWhole(hasher, other));
        aborted.abort();
      }
      assert.equal(await hash.digest(), await hashWhole(hasher, content));
    }),
  );
  test(
    "accept nothing more after an abort, even a second one",
    withHasher(async (hasher) => {
      for (const size of [10, 1_000_000]) {
        const hash = hasher.start();
        await hash.update(randomBytes(size));
        hash.abort();
        hash.abort();
        await assert.rejects(async () => hash.update(Buffer.from("more")), Error);
        await assert.rejects(hash.digest(), Error);
      }
    }),
  );
  test(
    "are SHA-256 on request, beside others",
    withHasher(async (hasher) => {
      for (const size of [0, 3, 65_536, 65_537, 3_000_000]) {
        const content = randomBytes(size);
        const [whirlpool, sha256] = [hasher.start(), hasher.start("sha256")];
        const both = hasher.start("sha256-and-whirlpool");
        for (let at = 0; at < size; at += 50_000) {
          await Promise.all(
            [whirlpool, sha256, both].map(async (hash) => hash.update(content.subarray(at, at + 50_000))),
          );
        }
        assert.equal(await sha256.digest(), createHash("sha256").update(content).digest("hex"));
        const expected = await hashWhole(hasher, content);
        assert.equal(await whirlpool.digest(), expected);
        assert.equal(await both.digest(), createHash("sha256").update(content).digest("hex") + expected);
      }
    }),
  );
  test(
    "return the digest of each leaf, and that of the whole before them",
    withHasher(async (hasher) => {
      const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
      for (const size of [0, 1, 65_537, LEAF_BYTES - 1, LEAF_BYTES, 2 * LEAF_BYTES + 5]) {
        const content = randomBytes(size);
        const [leaves, both] = [hasher.start("leaves"), hasher.start("sha256-and-leaves")];
        for (let at = 0; at < size; at += 300_001) {
          await Promise.all([leaves, both].map(async (hash) => hash.update(content.subarray(at, at + 300_001))));
        }
        let expected = "";
        for (let at = 0; at < size; at += LEAF_BYTES) expected += sha256(content.subarray(at, at + LEAF_BYTES));
        assert.equal(await leaves.digest(), expected);
        assert.equal(await both.digest(), sha256(content) + expected);
      }
    }),
  );
  test(
    "end with the digest",
    withHasher(async (hasher) => {
      const hash = hasher.start();
      await hash.digest();
      await assert.rejects(async () => hash.update(Buffer.from("more")), Error);
      await assert.rejects(hash.digest(), Error);
      hash.abort();
    }),
  );
  test(
    "release what they hold when aborted",
    withHasher(async (hasher) => {
      for (let count = 0; count < 500; count++) {
        const hash = hasher.start();
        await hash.update(Buffer.alloc(100_000));
        hash.abort();
      }
      const content = Buffer.alloc(500_000, "a");
      assert.equal(await hashInPieces(hasher, content), await hashWhole(hasher, content));
    }),
  );
}

async function hashWhole(hasher: ContentHasher, content: Uint8Array): Promise<string> {
  const hash: ContentHash = hasher.start();
  await hash.update(content);
  return hash.digest();
}

async function hashInPieces(hasher: ContentHasher, content: Uint8Array): Promise<string> {
  const hash = hasher.start();
  for (let at = 0; at < content.byteLength;) {
    const size = randomInt(1, Math.max(2, Math.ceil(content.byteLength / 3)));
    await hash.update(content.subarray(at, at + size));
    at += size;
  }
  return hash.digest();
}
