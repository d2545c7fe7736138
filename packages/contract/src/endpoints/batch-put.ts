import { json, ndjson, type PageAnswer, type PageEndpoint } from "../page-endpoint.ts";

const refusal = (status: number, description: string): PageAnswer => ({ status, contentType: json, description });

/** Most files in one request; the server refuses the rest of a longer one. */
export const MOST_FILES_OF_A_BATCH = 1000;
/** Length of a line that announces a file, including its line feed. */
export const LONGEST_BATCH_LINE = 65_536;

export const batchPut: PageEndpoint = {
  operation: "batch.put",
  path: "/x/v1/batch",
  methods: ["POST"],
  identification: "key",
  summary: "Send many small files with their paths",
  description:
    "The body is a sequence of files and nothing else. Each file is one line of JSON that ends with a line feed, at " +
    'most 64 KiB, followed by exactly `size` bytes: `{"path":"a/b.txt","size":3,"sha256":"…"}`. `path` is the ' +
    "folder names and the file name separated by `/`, relative to the folder of the request; missing folders are " +
    "created, for which a key needs write access to `files`. `sha256` is the digest of the bytes, 64 lower-case " +
    "hexadecimal digits. Optional: `content_type`, and `folder_id` if the path is relative to another folder of the " +
    `same account. A request has up to ${MOST_FILES_OF_A_BATCH} files. Read the answer while you are sending: it ` +
    "has one line of JSON for each file, in the order in which files become durable, and `file` is the index of the " +
    "file from 0. `outcome` is `stored`, `exists` (a file with this name and these bytes is there, and stays), " +
    "`replaced`, `skipped`, or `failed` with `error`: its `status`, `message` and, if there is one, `reason`. The " +
    "first three come with `file_id`, `url`, `filename`, `folder_id` and `checksum`, the Whirlpool. A file that has " +
    "its line in the answer is durable and listed; no file is ever visible in part. The last line is " +
    '`{"status":"OK","files":N}`, or `{"status":"KO","error":{…}}` if the request ended early: then files without a ' +
    "line were not stored. If the connection breaks, files without a line may have been stored. To find out, send a " +
    "line with `whirlpool` in place of `sha256` and no bytes after it: the outcome is `exists` or `absent`. Sending " +
    "an existing file again also results in `exists`. A request counts as one call. Not part of the 1fichier.com " +
    "API: `/x/v1/about` lists the extension `batch`.",
  parameters: [
    { name: "folder_id", in: "query", description: "Folder that the paths are relative to; 0 or absent is the root." },
    {
      name: "on_conflict",
      in: "query",
      description:
        "What to do if a file with this name and other bytes exists: `add` (the default) creates another file of " +
        "that name, as every upload does; `keep_both` adds a number to the name; `replace` gives the file the new " +
        "bytes under its link and keeps the old ones as a version, in the caller's own folders only; if several " +
        "files have this name, it replaces the newest; `skip` leaves the file as it is; `fail` refuses the new one.",
    },
    { name: "domain", in: "query", description: "Number of a link domain, 0 to 10." },
  ],
  answers: [
    { status: 200, contentType: ndjson, description: "The outcome of each file, as soon as it is known." },
    refusal(400, "A parameter or the first lines are malformed, or the body ends in the middle of a file."),
    refusal(403, "Not identified, not allowed to upload there, or locked out."),
    refusal(404, "No such folder."),
    refusal(503, "Busy, or the storage is not responding; send the files again."),
    refusal(507, "The server is out of space."),
  ],
  availability: "implemented",
};
