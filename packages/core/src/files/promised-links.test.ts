import assert from "node:assert/strict";
import { test } from "node:test";
import type { GivenPassword } from "../admission/link-passwords.ts";
import { guest } from "../policy/actor.ts";
import { sampleBlob, sampleFile } from "../testing/database-suite-samples.ts";
import { admitToLink } from "./file-access.ts";

test("a link opened while its file is being created leads to the file", async () => {
  const file = { ...sampleFile(sampleBlob()), accountId: undefined, folderId: undefined };
  let isThere = false;
  const rows = {
    files: { findById: async () => (isThere ? file : undefined) },
    links: { findById: async () => undefined },
    partUploads: {
      findByLink: async () => {
        isThere = true;
        return { file: { fileId: file.id } };
      },
    },
  };
  const proof: GivenPassword = { judge: async () => "not-needed" };
  const countries = { countryOf: () => undefined };
  const ask = { action: "file.fetch", now: new Date(), proof, countries } as const;
  const admitted = await admitToLink(rows as never, guest("192.0.2.7"), { fileId: file.id }, ask);
  assert.equal(admitted.file.id, file.id);
});
