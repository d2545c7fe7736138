import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { StoredBytes } from "@consigne/blobs-fs/testing";
import { type AccountActor, BlobStoreError, type Damage, guest, isDomainError } from "@consigne/core";
import { address, type Bench, downloadText, openBench, overriding, storedKeys, uploadTexts } from "../_services.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);
const content = "precious bytes";

async function onlyBlob(bench: Bench) {
  const [blob, ...others] = await bench.ports.database.blobs.listPage(undefined, 10);
  assert.ok(blob);
  assert.equal(others.length, 0);
  return blob;
}

const damages: Record<Damage, (stored: StoredBytes, key: string, bytes: Buffer) => void> = {
  "bytes-missing": (stored, key) => stored.remove(key),
  "size-differs": (stored, key, bytes) => stored.replace(key, bytes.subarray(0, 3)),
  "content-differs": (stored, key, bytes) => {
    bytes[4] = (bytes[4] ?? 0) ^ 1;
    stored.replace(key, bytes);
  },
};

async function damage(bench: Bench, kind: Damage): Promise<void> {
  const { key } = await onlyBlob(bench);
  using stored = new StoredBytes(join(bench.dataDir, "bytes"));
  damages[kind](stored, key, stored.find(key) ?? assert.fail("its bytes are gone"));
}

async function damagedFile(bench: Bench, kind: Damage = "content-differs") {
  const owner = await bench.account();
  const [file] = await uploadTexts(bench, owner, { "a.txt": content });
  const reference = { fileId: file?.fileId ?? "" };
  await damage(bench, kind);
  return { owner, reference };
}

const check = (bench: Bench, isDeep = true) => bench.services.storageCheck.run({ repair: false, isDeep });

test("the status reports damaged bytes as soon as a check has found them, until they are repaired", async () => {
  await using bench = await openBench();
  const isTold = async () => (await bench.services.status.read("operator")).attention.includes("damaged-data");
  await damagedFile(bench);
  assert.equal(await isTold(), false, "not noticed yet");
  await check(bench);
  assert.equal(await isTold(), true);
  await damage(bench, "content-differs");
  await check(bench);
  assert.equal(await isTold(), false);
});

for (const kind of Object.keys(damages) as Damage[]) {
  for (const isMarked of [false, true]) {
    const known = isMarked ? "that a check has found" : "that nobody knows of";
    test(`an upload of the same content repairs damage (${kind}) ${known}, for every file with it`, async () => {
      await using bench = await openBench();
      const { owner, reference } = await damagedFile(bench, kind);
      if (isMarked) assert.equal((await check(bench)).isSound, false);
      const other = await bench.account();
      const upload = await bench.services.uploads.begin(bench.services.uploads.offer().id, other);
      const file = await upload.openFile({ name: "b.txt", contentType: undefined }, other);
      await file.write(Buffer.from(content));
      await file.finish();
      const report = await upload.commit(other, { folder: "root", domain: undefined, password: "" });
      assert.equal(await downloadText(bench, owner, reference.fileId), content);
      assert.equal(await downloadText(bench, other, report.files[0]?.fileId ?? ""), content);
      assert.deepEqual(upload.healedBlobIds, isMarked ? [(await onlyBlob(bench)).id] : []);
      assert.deepEqual(await storedKeys(bench), [(await onlyBlob(bench)).key]);
      assert.deepEqual((await check(bench)).findings, []);
    });
  }
}

test("damaged bytes are neither sent nor copied, and the file details say so to those who may see them", async () => {
  await using bench = await openBench();
  const { owner, reference } = await damagedFile(bench);
  const { downloads, files } = bench.services;
  const { text } = await downloads.issueToken(owner, reference, {});
  const running = await (await downloads.find(text, address)).open();
  assert.equal((await files.getDetails(owner, reference, undefined)).file.isDamaged, false);
  const { findings } = await check(bench);
  assert.deepEqual(
    findings.map((finding) => [finding.problem, "isMarked" in finding && finding.isMarked]),
    [["content-differs", true]],
  );
  for (const actor of [owner, guest(address)])
    assert.equal((await files.getDetails(actor, reference, undefined)).file.isDamaged, true);
  await assert.rejects(downloads.issueToken(owner, reference, {}), refusal("file-damaged"));
  await assert.rejects(downloads.find(text, address), refusal("file-damaged"));
  await assert.rejects(running.recheck(), refusal("file-damaged"), "the running download ends");
  await running.close();
  await assert.rejects(files.copy(owner, [reference], { destination: "root" }), refusal("file-damaged"));
  assert.equal((await files.list(owner, "root", {})).count, 1);
});

test("bytes found short or missing on access are marked as damaged, and are no reason to retry", async () => {
  for (const kind of ["bytes-missing", "size-differs"] as const) {
    await using bench = await openBench();
    const { owner, reference } = await damagedFile(bench, kind);
    const { downloads, files } = bench.services;
    const download = await downloads.find((await downloads.issueToken(owner, reference, {})).text, address);
    await assert.rejects(download.open(), refusal("file-damaged"));
    assert.equal((await files.getDetails(owner, reference, undefined)).file.isDamaged, true);
    const { first } = await files.list(owner, "root", {});
    assert.deepEqual(
      first.map(({ isDamaged }) => isDamaged),
      [true],
    );
    await assert.rejects(downloads.issueToken(owner, reference, {}), refusal("file-damaged"));
    await uploadTexts(bench, owner, { "a.txt": content });
    assert.equal(await downloadText(bench, owner, reference.fileId), content);
  }
});

test("an unreadable disk marks nothing as damaged", async () => {
  let isBroken = false;
  await using bench = await openBench({
    replace: ({ blobs }) => ({
      blobs: overriding(blobs, {
        open: async (...input: Parameters<typeof blobs.open>) => {
          if (isBroken) throw new BlobStoreError("unavailable", "The disk does not answer.");
          return blobs.open(...input);
        },
      }),
    }),
  });
  const owner = await bench.account();
  const [file] = await uploadTexts(bench, owner, { "a.txt": content });
  isBroken = true;
  await assert.rejects(downloadText(bench, owner, file?.fileId ?? ""), refusal("storage-unavailable"));
  isBroken = false;
  assert.equal((await onlyBlob(bench)).damagedAt, undefined);
  assert.equal(await downloadText(bench, owner, file?.fileId ?? ""), content);
});

test("short or missing bytes are refused before the first byte, marked or not", async () => {
  for (const kind of ["bytes-missing", "size-differs"] as const) {
    await using bench = await openBench();
    const { owner, reference } = await damagedFile(bench, kind);
    const { downloads } = bench.services;
    const download = await downloads.find((await downloads.issueToken(owner, reference, {})).text, address);
    await assert.rejects(download.open(), refusal("file-damaged"));
    for (const span of [
      { start: 0, end: 1 },
      { start: 5, end: 9 },
    ])
      await assert.rejects(download.open(span), refusal("file-damaged"), JSON.stringify(span));
  }
});

test("bytes restored from a backup are served again after the next check, even a shallow one", async () => {
  for (const kind of Object.keys(damages) as Damage[]) {
    await using bench = await openBench();
    const { owner, reference } = await damagedFile(bench, kind);
    await check(bench);
    assert.equal((await check(bench, false)).isSound, false, "the mark stays while the bytes are damaged");
    using stored = new StoredBytes(join(bench.dataDir, "bytes"));
    stored.replace((await onlyBlob(bench)).key, content);
    const again = await check(bench, false);
    assert.deepEqual([again.isSound, again.findings.map(({ problem }) => problem)], [true, ["sound-again"]]);
    assert.equal(await downloadText(bench, owner, reference.fileId), content);
    assert.deepEqual((await check(bench)).findings, []);
  }
});

test("a download started while its bytes are replaced is complete, and a running one continues", async () => {
  let beforeOpen = async (): Promise<void> => {};
  await using bench = await openBench({
    replace: ({ blobs }) => ({
      blobs: overriding(blobs, {
        open: async (...input: Parameters<typeof blobs.open>) => {
          await beforeOpen();
          return blobs.open(...input);
        },
      }),
    }),
  });
  const owner = await bench.account();
  const [file] = await uploadTexts(bench, owner, { "a.txt": content });
  const { downloads } = bench.services;
  const { text } = await downloads.issueToken(owner, { fileId: file?.fileId ?? "" }, {});
  const running = await (await downloads.find(text, address)).open();
  const beginning = await downloads.find(text, address);
  beforeOpen = async () => {
    beforeOpen = async () => {};
    await uploadTexts(bench, owner, { "b.txt": content });
    assert.equal((await storedKeys(bench)).length, 1, "the old bytes are gone");
  };
  const opened = await beginning.open();
  for (const stream of [running, opened]) {
    await stream.recheck();
    const buffer = Buffer.alloc(100);
    assert.equal(buffer.subarray(0, await stream.reader.read(buffer)).toString(), content);
    await stream.close();
  }
});

test("a check of bytes being replaced finds nothing wrong", async () => {
  let beforeStat = async (): Promise<void> => {};
  await using bench = await openBench({
    replace: ({ blobs }) => ({
      blobs: overriding(blobs, {
        stat: async (key: string) => {
          await beforeStat();
          return blobs.stat(key);
        },
      }),
    }),
  });
  const owner = await bench.account();
  await uploadTexts(bench, owner, { "a.txt": content });
  beforeStat = async () => {
    beforeStat = async () => {};
    await uploadTexts(bench, owner, { "b.txt": content });
    await storedKeys(bench);
  };
  assert.deepEqual((await check(bench)).findings, []);
  assert.equal((await onlyBlob(bench)).damagedAt, undefined);
});

test("a crash between changing the rows and removing the old bytes leaves nothing behind for good", async () => {
  let isDown = true;
  await using bench = await openBench({
    replace: ({ blobs }) => ({
      blobs: overriding(blobs, {
        remove: async (key: string) => {
          if (isDown) throw new Error("the process is gone");
          await blobs.remove(key);
        },
      }),
    }),
  });
  const owner: AccountActor = await bench.account();
  await uploadTexts(bench, owner, { "a.txt": content });
  await uploadTexts(bench, owner, { "b.txt": content });
  assert.equal((await storedKeys(bench)).length, 2);
  isDown = false;
  await bench.services.collector.collect();
  assert.deepEqual(await storedKeys(bench), [(await onlyBlob(bench)).key]);
});
