import type { Static } from "typebox";
import { Type } from "./schema-builders.ts";
import * as wire from "./wire-types.ts";

const interval = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }));

/** `/x/v1/about`: what a client should know of a server before its first call. An extension: 1fichier.com has no such address. */
export const serverAboutJson = Type.Object({
  name: Type.Literal("consigne"),
  version: wire.text("Version of the server."),
  wire_time_zone: wire.text("IANA name of the zone whose clocks the times of all calls are told by."),
  download_url: Type.Optional(
    wire.text(
      "Origin that direct links lead to, where it is not that of the site: downloads need it to be reached too.",
    ),
  ),
  extensions: Type.Array(wire.text("Name of an extension."), {
    description:
      "Extensions under `/x/v1` it offers; `leaves`: it takes parts of uploads by `Leaves-Digest`; `countries`: it knows countries of addresses, without which access lists by " +
      "country admit nobody.",
  }),
  limits: Type.Object({
    profile: Type.Enum(["friendly", "authentic", "off"], { description: "Profile of flood control in force." }),
    requests_per_second: Type.Optional(
      Type.Number({ minimum: 0, description: "Calls a second that never lead to a lock." }),
    ),
    burst: Type.Optional(Type.Integer({ minimum: 1, description: "Calls that may be made at once." })),
    listing_interval_ms: interval("Least time between two `file/ls` of the same folder."),
    full_listing_interval_ms: interval("Least time between two `file/ls` of all files."),
    user_info_interval_ms: interval("Least time between two `user/info`."),
  }),
  uploads: Type.Object({
    max_file_bytes: wire.sizeBytes(),
    max_upload_bytes: wire.sizeBytes(),
    max_upload_files: Type.Integer({ minimum: 1, description: "Files one upload may hold." }),
    refused: Type.Optional(
      Type.Enum(["no_room", "no_storage"], {
        description:
          "Every upload is refused right now: `no_room` because the server has too little free space (#591), " +
          "`no_storage` because its storage does not answer (#592).",
      }),
    ),
  }),
});
export type ServerAboutJson = Static<typeof serverAboutJson>;

/** `/healthz`, and `/readyz` while the server can do its work. */
export const serverWellJson = Type.Object({ status: wire.ok() });

/** `/readyz` otherwise: no refusal of a call, hence no number. */
export const serverNotReadyJson = Type.Object({
  message: wire.text("Why not, for a person."),
  status: Type.Literal("KO"),
});

/** `/docs/openapi.json`: what it holds is the specification's to say. */
export const openApiJson = Type.Unsafe<object>({ type: "object", required: ["openapi", "info", "paths"] });
