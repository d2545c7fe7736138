import type { Static } from "typebox";
import { Type } from "./schema-builders.ts";
import * as wire from "./wire-types.ts";

const interval = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }));

/**
 * `/x/v1/about`: what a client should know about a server before its first call. An extension: 1fichier.com does not
 * have it.
 */
export const serverAboutJson = Type.Object({
  name: Type.Literal("consigne"),
  version: wire.text("Version of the server."),
  wire_time_zone: wire.text("IANA name of the time zone of all times in calls."),
  download_url: Type.Optional(
    wire.text("Origin of direct links, if it is not that of the site: downloads must be able to reach it too."),
  ),
  extensions: Type.Array(wire.text("Name of an extension."), {
    description:
      "Extensions under `/x/v1` that it offers; `leaves`: it accepts parts of uploads by `Leaves-Digest`; " +
      "`countries`: it can look up the country of an address, without which access lists by country admit nobody.",
  }),
  limits: Type.Object({
    profile: Type.Enum(["friendly", "authentic", "off"], { description: "Profile of flood control in force." }),
    requests_per_second: Type.Optional(
      Type.Number({ minimum: 0, description: "Calls per second that never lead to a lock." }),
    ),
    burst: Type.Optional(Type.Integer({ minimum: 1, description: "Calls that may be made at once." })),
    listing_interval_ms: interval("Minimum time between two `file/ls` of the same folder."),
    full_listing_interval_ms: interval("Minimum time between two `file/ls` of all files."),
    user_info_interval_ms: interval("Minimum time between two `user/info`."),
  }),
  uploads: Type.Object({
    max_file_bytes: wire.sizeBytes(),
    max_upload_bytes: wire.sizeBytes(),
    max_upload_files: Type.Integer({ minimum: 1, description: "Files that one upload may contain." }),
    refused: Type.Optional(
      Type.Enum(["storage_full", "storage_unavailable"], {
        description:
          "Set while every upload is refused: `storage_full` because the server has too little free space (#591), " +
          "`storage_unavailable` because its storage is not responding (#592).",
      }),
    ),
  }),
});
export type ServerAboutJson = Static<typeof serverAboutJson>;

/** `/healthz`, and `/readyz` while the server is ready. */
export const serverWellJson = Type.Object({ status: wire.ok() });

/** `/readyz` otherwise: not an API error, so it has no number. */
export const serverNotReadyJson = Type.Object({
  message: wire.text("Why it is not ready."),
  status: Type.Literal("KO"),
});

/** `/docs/openapi.json`: its contents are defined by the specification. */
export const openApiJson = Type.Unsafe<object>({ type: "object", required: ["openapi", "info", "paths"] });
