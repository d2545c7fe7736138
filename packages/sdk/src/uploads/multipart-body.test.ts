import assert from "node:assert/strict";
import { test } from "node:test";
import { fileNameParameter, sentFileName } from "./file-name.ts";
import { MultipartBody } from "./multipart-body.ts";
import { fromBlob, fromBytes, fromIterable, type UploadSource } from "./upload-source.ts";

async function bytesOf(body: MultipartBody): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks()) chunks.push(chunk.slice());
  return Buffer.concat(chunks).toString("utf8");
}

const named = (source: UploadSource) => ({ name: source.name, source });
const hello = named(fromBytes("hello", { name: "a.txt" }));
const blob = named(fromBlob(new Blob(["wörld"]), { name: "b.txt" }));

test("writes fields before files, with quoted names and only Content-Disposition in each part", async () => {
  const body = new MultipartBody({
    fields: [
      ["did", "7"],
      ["dpass", 'se"cret'],
    ],
    files: [hello, blob],
    boundary: "B",
  });
  assert.equal(body.contentType, "multipart/form-data; boundary=B");
  const text = await bytesOf(body);
  assert.equal(
    text,
    '--B\r\nContent-Disposition: form-data; name="did"\r\n\r\n7\r\n' +
      '--B\r\nContent-Disposition: form-data; name="dpass"\r\n\r\nse"cret\r\n' +
      '--B\r\nContent-Disposition: form-data; name="file[]"; filename="a.txt"\r\n\r\nhello' +
      '\r\n--B\r\nContent-Disposition: form-data; name="file[]"; filename="b.txt"\r\n\r\nwörld' +
      "\r\n--B--\r\n",
  );
  assert.equal(body.sizeBytes, Buffer.byteLength(text));
  assert.equal(await (await body.toBlob()).text(), text);
});

test("chooses a boundary that needs no quotes", () => {
  const types = Array.from({ length: 3 }, () => new MultipartBody({ fields: [], files: [hello] }).contentType);
  assert.equal(new Set(types).size, 3);
  for (const type of types) assert.match(type, /^multipart\/form-data; boundary=[A-Za-z0-9-]{20,70}$/);
});

test("knows how much of each file has been sent", () => {
  const body = new MultipartBody({ fields: [], files: [hello, blob], boundary: "B" });
  const firstHead = '--B\r\nContent-Disposition: form-data; name="file[]"; filename="a.txt"\r\n\r\n'.length;
  assert.deepEqual(body.sentOfFiles(0), [0, 0]);
  assert.deepEqual(body.sentOfFiles(firstHead + 2), [2, 0]);
  assert.deepEqual(body.sentOfFiles(body.sizeBytes), [5, 6]);
});

test("never completes the form if a source has more or fewer bytes than announced", async () => {
  for (const content of ["", "hell", "hello!"]) {
    const source = await fromIterable([Buffer.from(content)], { name: "s", sizeBytes: 5 });
    const body = new MultipartBody({ fields: [], files: [named(source)], boundary: "B" });
    let text = "";
    await assert.rejects(
      async () => {
        for await (const chunk of body.chunks()) text += Buffer.from(chunk).toString();
      },
      { name: "LocalFileError" },
    );
    assert.doesNotMatch(text, /--B--/);
    assert.equal(body.isExhausted, false);
  }
});

test("keeps quotes, line ends and NUL out of a header and paths out of a name", () => {
  assert.equal(fileNameParameter('a"b\r\nc\\d\u0000e%22 é😀'), 'filename="a%22b%0D%0Ac%5Cd%00e%22 é😀"');
  assert.equal(sentFileName("/home/me/secret/a.txt"), "a.txt");
  assert.equal(sentFileName(`a\\b "it's"\n`), "a＼b ＂it＇s＂␊");
  assert.equal(sentFileName("a＼b ＂it＇s＂␊"), "a＼b ＂it＇s＂␊");
  for (const name of ["", ".", "..", "x/", "/"]) assert.equal(sentFileName(name), "file");
  assert.equal(sentFileName("a\ud800b"), "a\ufffdb");
});
