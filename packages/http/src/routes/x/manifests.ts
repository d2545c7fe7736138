import { endpoints } from "@consigne/contract";
import { type EdgeServices, LEAF_BYTES } from "@consigne/core";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { namedFile } from "../../wire/wire-files.ts";

/** Checksums of a file's bytes, for callers who may download it. */
export function addManifests(json: JsonEndpoints, { manifests }: Pick<EdgeServices, "manifests">): void {
  json.add({
    endpoint: endpoints.manifestGet,
    handle: async ({ actor, input, gone }) => {
      const { sizeBytes, whirlpool, digests, next } = await manifests.read(actor, namedFile(actor, input), {
        page: input.page ?? 0,
        password: input.pass,
        versionId: input.version,
        signal: input.pass === undefined ? undefined : gone(),
      });
      return {
        status: "OK" as const,
        size: sizeBytes,
        checksum: whirlpool ?? "",
        leaf_size: LEAF_BYTES,
        ...(digests === undefined ? {} : { leaves: Buffer.from(digests).toString("base64") }),
        ...(next === undefined ? {} : { next }),
      };
    },
  });
}
