import { json, type PageAnswer, type PageEndpoint, type PageParameter } from "../page-endpoint.ts";

export const TUS_VERSION = "1.0.0";
/** Extensions of the protocol that are spoken here, in the form of `Tus-Extension`. */
export const TUS_EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination";
/** Algorithms of `Upload-Checksum`; the protocol wants SHA-1. */
export const TUS_CHECKSUMS = "sha1,sha256";
/** Of a request whose body is bytes of the file. */
export const TUS_BODY_TYPE = "application/offset+octet-stream";
/** Tells the link of the file, which is valid before all of it is there. */
export const TUS_LINK_HEADER = "Consigne-Link";
/** Characters of `Upload-Metadata`. */
export const MOST_TUS_METADATA = 4096;

const OURS = "Not part of the 1fichier.com API: `/x/v1/about` names the extension `tus`.";

const refusal = (status: number, description: string): PageAnswer => ({ status, contentType: json, description });

/** What both addresses refuse alike. */
const refusals = [
  refusal(403, "Not identified, or not allowed to upload."),
  refusal(412, "`Tus-Resumable` is not 1.0.0; `Tus-Version` says which version is spoken here."),
  refusal(415, "The body is not `application/offset+octet-stream`."),
  refusal(460, "The bytes do not have the checksum of `Upload-Checksum`; they were not kept."),
  refusal(503, "Busy, it broke off, or the storage does not answer. What came is kept: ask for the offset and go on."),
  refusal(507, "The server has no room left."),
];

const header = (name: string, description: string, isRequired = false): PageParameter => ({
  name,
  in: "header",
  description,
  isRequired,
});

const version = header("Tus-Resumable", "`1.0.0`, with everything but OPTIONS.");
const checksum = header(
  "Upload-Checksum",
  "`sha256 BASE64` or `sha1 BASE64`, of the body. Nothing of a body with another checksum is kept, nor of one that breaks off; " +
    "it has at most 1 GiB.",
);

export const tus: PageEndpoint = {
  operation: "tus",
  path: "/x/v1/tus",
  methods: ["POST", "OPTIONS"],
  identification: "key",
  summary: "Begin an upload by tus",
  description:
    "The protocol [tus 1.0.0](https://tus.io/protocols/resumable-upload) with creation, creation-with-upload, expiration, checksum " +
    "and termination; `OPTIONS` tells so. `Location` of the answer is where the bytes go. Name, folder, quota and free space are " +
    "looked at now and once more at the end, and the length counts towards the quota from now on. The body may hold the first " +
    "bytes; where that is refused or breaks off, nothing is left. An upload of which nothing came is removed after a day, another " +
    "7 days after its last bytes: `Upload-Expires`. It counts with the uploads by parts, and `uploads/list` and `uploads/abort` know " +
    `it. Lengths that are told later, and concatenation, are not offered. ${OURS}`,
  parameters: [
    version,
    header("Upload-Length", "Bytes of the whole file; with POST.", true),
    header(
      "Upload-Metadata",
      "Of the protocol's form, at most 4,096 characters. `filename` or `name`; `filetype` or `type`, its media type; `folder_id` or " +
        "`path`, the folder it goes to; `domain`, number of a link domain; `pass`, a password for the link; `link`, 0 for no link before all is there. Others are kept and told " +
        "again. A name is needed.",
      true,
    ),
    checksum,
  ],
  answers: [
    {
      status: 201,
      description:
        "It is begun; `Upload-Offset` says what came with it, and `Consigne-Link` the link of the file. An empty file is there at once.",
    },
    { status: 204, description: "To OPTIONS: version, extensions, largest file, algorithms of checksums." },
    refusal(
      400,
      "A header lacks or says nothing; the name is not allowed; lengths that are told later; concatenation.",
    ),
    refusal(404, "The folder is not there."),
    refusal(413, "The file is larger than allowed, or the account is full or has too many uploads under way."),
    ...refusals,
  ],
  availability: "implemented",
};

export const tusUpload: PageEndpoint = {
  operation: "tus.upload",
  path: "/x/v1/tus/{id}",
  methods: ["HEAD", "POST", "PATCH", "DELETE", "OPTIONS"],
  identification: "key",
  summary: "Go on with an upload by tus",
  description:
    "`HEAD` tells in `Upload-Offset` how much is durable; `PATCH` sends bytes from there; `DELETE` drops the upload with all that " +
    "came. `POST` with `X-HTTP-Method-Override` is any of them. What `Upload-Offset` ever said stays, and what came of a request " +
    "that breaks off stays too. The file is made with the last byte. The answers, those to HEAD for a day after it too, have its link in " +
    "`Consigne-Link`. Where the file cannot be made, PATCH and HEAD say why, and try again when they are repeated. A request that " +
    "asks for an upload, or goes on with it, ends one that still sends for it. Bytes count against no limit of calls.",
  parameters: [
    { name: "id", in: "path", description: "From `Location`.", isRequired: true },
    version,
    header("Upload-Offset", "Where the bytes of a PATCH belong: where the upload stands."),
    header("Content-Type", "`application/offset+octet-stream`, of a PATCH."),
    checksum,
    header("X-HTTP-Method-Override", "With POST: the method that is meant."),
  ],
  answers: [
    { status: 200, description: "To HEAD: where it stands." },
    { status: 204, description: "The bytes are durable, or the upload is dropped; or to OPTIONS, as above." },
    refusal(400, "A header lacks or says nothing, or more came than the file has."),
    refusal(404, "No such upload, or it is complete (DELETE), or its folder is gone."),
    refusal(409, "It stands at another offset. Ask for it, and go on from there."),
    refusal(413, "All is there, and the account has no room for the file; it is kept."),
    refusal(423, "Another request sends for it through another process of the server; try again."),
    ...refusals,
  ],
  availability: "implemented",
};
