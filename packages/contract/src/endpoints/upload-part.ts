import { json, type PageAnswer, type PageEndpoint } from "../page-endpoint.ts";

const refusal = (status: number, description: string): PageAnswer => ({ status, contentType: json, description });

export const uploadsPart: PageEndpoint = {
  operation: "uploads.part",
  path: "/x/v1/uploads/{id}/{part}",
  methods: ["PUT"],
  identification: "key",
  summary: "Send one part of an upload",
  description:
    "The body is exactly the bytes of the part, with its `Content-Length`. When the answer comes, the part is " +
    "durable and verified: by `Content-Digest` (RFC 9530), by `Leaves-Digest`, or by both if both are sent. Leaves " +
    "are 4 MiB of the part each, the last one the rest; with them the bytes are hashed only once. `/x/v1/about` " +
    "names the extension `leaves` if they are accepted. A part that was already received with the same digest is " +
    "answered at once and not read again. Parts count towards no call limit. Not part of the 1fichier.com API: " +
    "`/x/v1/about` lists the extension `uploads`.",
  parameters: [
    { name: "id", in: "path", description: "From `uploads/create`.", isRequired: true },
    { name: "part", in: "path", description: "Number of the part, from 1.", isRequired: true },
    {
      name: "Content-Digest",
      in: "header",
      description: "`sha-256=:BASE64:`, the SHA-256 of the body. At least one of the two digests is required.",
      isRequired: false,
    },
    {
      name: "Leaves-Digest",
      in: "header",
      description:
        "`sha-256=:BASE64:`, the SHA-256 of the concatenated SHA-256s, 32 bytes each, of the leaves of the body.",
      isRequired: false,
    },
  ],
  answers: [
    { status: 200, contentType: json, schema: "UploadPartJson", description: "The part was received." },
    refusal(400, "No digest, or one that does not match; a wrong size; or it was interrupted. Nothing was kept."),
    refusal(403, "Not identified, or not allowed to upload."),
    refusal(404, "No such upload, it is complete, or its folder is gone."),
    refusal(409, "The part was already received with other bytes, or another request is sending it at this moment."),
    refusal(503, "Busy, or the storage is not responding; send the part again."),
    refusal(507, "The server is out of space."),
  ],
  availability: "implemented",
};
