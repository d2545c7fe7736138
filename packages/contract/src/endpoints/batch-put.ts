import { json, ndjson, type PageAnswer, type PageEndpoint } from "../page-endpoint.ts";

const refusal = (status: number, description: string): PageAnswer => ({ status, contentType: json, description });

/** Most files of one request; the server refuses the rest of a longer one. */
export const MOST_FILES_OF_A_BATCH = 1000;
/** Of one line that announces a file, with its line feed. */
export const LONGEST_BATCH_LINE = 65_536;

export const batchPut: PageEndpoint = {
  operation: "batch.put",
  path: "/x/v1/batch",
  methods: ["POST"],
  identification: "key",
  summary: "Send many small files with their paths",
  description:
    "The body is a sequence of files and nothing else. Each is one line of JSON that ends with a line feed, at most 64 KiB, and " +
    'then exactly `size` bytes: `{"path":"a/b.txt","size":3,"sha256":"…"}`. `path` has names of folders and of the file with `/` ' +
    "between them, below the folder of the request; folders that are not there are made, for which a key needs to write " +
    "`files`. `sha256` is that of the bytes, 64 lower-case hexadecimal digits. `content_type` may be added, and `folder_id` where the path " +
    "begins below another folder of the same account. A request has up to " +
    `${MOST_FILES_OF_A_BATCH} files. Read the answer while you send: it comes file by file, one line of JSON each, in the order in which ` +
    "files become durable, and `file` counts them from 0. `outcome` is `stored`, `there` (a file of this name with these " +
    "bytes lay there, and stays), `replaced`, `skipped` or `failed` with `error`: its `status`, `message` and, where it has a name, `reason`. The first three have `file_id`, `url`, " +
    "`filename`, `folder_id` and `checksum`, the Whirlpool. A file that is answered is durable and listed; nothing is ever " +
    'half visible. The last line is `{"status":"OK","files":N}`, or `{"status":"KO","error":{…}}` where the request ended ' +
    "early: then files without a line were not stored. When the connection breaks, files without a line may be there; " +
    "a line with `whirlpool` in place of `sha256` and no bytes after it asks for one: `there` or `absent`. Sent again, " +
    "a file that is there is answered `there`, too. A request counts as one call. Not part of the 1fichier.com API: `/x/v1/about` " +
    "names the extension `batch`.",
  parameters: [
    { name: "folder_id", in: "query", description: "Folder that the paths begin below; 0 or absent is the root." },
    {
      name: "name_taken",
      in: "query",
      description:
        "Where a file of the name with other bytes is there: `add` (the default) makes another one of that name, as every upload " +
        "does; `keep_both` adds a number to the name; `replace` gives it the new bytes, under its link, and what it was is " +
        "kept as a version, in one's own folders only; `skip` leaves it; `fail` refuses this file.",
    },
    { name: "domain", in: "query", description: "Number of a link domain, 0 to 10." },
  ],
  answers: [
    { status: 200, contentType: ndjson, description: "What became of each file, as it is known." },
    refusal(400, "A parameter or the first lines are not as described, or the body ends in the middle of a file."),
    refusal(403, "Not identified, not allowed to upload there, or locked out."),
    refusal(404, "No such folder."),
    refusal(503, "Busy, or the storage does not answer; send the files again."),
    refusal(507, "The server has no room left."),
  ],
  availability: "implemented",
};
