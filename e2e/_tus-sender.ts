/**
 * Sends a file with tus-js-client and remembers its upload in a file, like programs that resume after being ended:
 * `node _tus-sender.ts ENDPOINT KEY FILE MEMORY CHUNK`. Prints a line of JSON for the offset of each PATCH, for each
 * accepted offset, and for the link at the end.
 */
import { createReadStream, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { type PreviousUpload, Upload, type UrlStorage } from "tus-js-client";

const [endpoint = "", apiKey = "", path = "", memory = "", chunk = ""] = process.argv.slice(2);
const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** The library's own is incomplete if the program is killed while it writes, and stays locked for a while. */
const storage: UrlStorage = {
  findAllUploads: () => Promise.resolve(remembered()),
  findUploadsByFingerprint: () => Promise.resolve(remembered()),
  removeUpload: () => Promise.resolve(),
  addUpload: (_fingerprint, one) => {
    writeFileSync(`${memory}.new`, JSON.stringify([{ ...one, urlStorageKey: "the only one" }]));
    renameSync(`${memory}.new`, memory);
    return Promise.resolve("the only one");
  },
};
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this program wrote it
const remembered = () => (existsSync(memory) ? (JSON.parse(readFileSync(memory, "utf8")) as PreviousUpload[]) : []);

const upload = new Upload(createReadStream(path), {
  endpoint,
  headers: { authorization: `Bearer ${apiKey}` },
  metadata: { filename: basename(path), folder_id: "0" },
  chunkSize: Number(chunk),
  retryDelays: null,
  urlStorage: storage,
  onUploadUrlAvailable: () => tell({ url: upload.url }),
  onBeforeRequest: (request) => {
    if (request.getMethod() === "PATCH") tell({ from: Number(request.getHeader("Upload-Offset")) });
  },
  onChunkComplete: (_size, accepted) => tell({ accepted }),
  onSuccess: ({ lastResponse }) => tell({ link: lastResponse.getHeader("Consigne-Link") }),
  onError: (error) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  },
});
const [earlier] = await upload.findPreviousUploads();
if (earlier !== undefined) upload.resumeFromPreviousUpload(earlier);
upload.start();
