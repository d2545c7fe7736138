import assert from "node:assert/strict";
import { test } from "node:test";
import { pageSchemas } from "@consigne/contract";
import { BlobStoreError } from "@consigne/core";
import { ApiClient, startTestServer } from "@consigne/testkit";
import { assertShape } from "./_shapes.ts";
import { JSON_TYPE } from "./_wire.ts";

async function about(settings: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  await using server = await startTestServer({ settings });
  const answer = await new ApiClient(server).request("/x/v1/about");
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), JSON_TYPE);
  assertShape(pageSchemas.ServerAboutJson, answer.json);
  return answer.json ?? {};
}

test("a server tells anybody what it is and how much one upload may contain", async () => {
  const answer = await about({
    CONSIGNE_MAX_FILE_BYTES: "1000",
    CONSIGNE_MAX_UPLOAD_BYTES: "2000",
    CONSIGNE_MAX_UPLOAD_FILES: "3",
  });
  assert.equal(answer["name"], "consigne");
  assert.match(String(answer["version"]), /^\d+\.\d+\.\d+/);
  assert.equal(answer["wire_time_zone"], "Europe/Paris");
  assert.deepEqual(answer["extensions"], [
    "keys",
    "remote",
    "imports",
    "entries",
    "account",
    "activity",
    "admin",
    "events",
    "trash",
    "links",
    "versions",
    "people",
    "uploads",
    "leaves",
    "tus",
    "manifests",
    "batch",
  ]);
  assert.deepEqual(answer["uploads"], { max_file_bytes: 1000, max_upload_bytes: 2000, max_upload_files: 3 });
});

test("a server without free space says that it refuses uploads, for as long as it does", async () => {
  let freeBytes = 0;
  const log: string[] = [];
  await using server = await startTestServer({
    settings: { CONSIGNE_MIN_FREE_BYTES: "1000" },
    onLogLine: (line) => log.push(line),
    replacePorts: (ports) => {
      ports.blobs.room = async () => {
        if (freeBytes < 0) throw new BlobStoreError("unavailable", "a fault of the test");
        return { freeBytes, totalBytes: 1e9, freeFiles: undefined, totalFiles: undefined };
      };
      return ports;
    },
  });
  const refused = async () => {
    const { json } = await new ApiClient(server).request("/x/v1/about");
    assertShape(pageSchemas.ServerAboutJson, json);
    return (json?.["uploads"] as Record<string, unknown> | undefined)?.["refused"];
  };
  assert.ok(log.some((line) => line.includes("uploads are refused: there is too little free space")));
  assert.equal(await refused(), "storage_full");
  freeBytes = -1;
  assert.equal(await refused(), "storage_unavailable");
  freeBytes = 2000;
  assert.equal(await refused(), undefined);
});

test("a server reports the limits of the profile in force", async () => {
  assert.deepEqual((await about({ CONSIGNE_LIMITS: "authentic" }))["limits"], {
    profile: "authentic",
    requests_per_second: 3,
    burst: 3,
    listing_interval_ms: 30_000,
    full_listing_interval_ms: 3_600_000,
    user_info_interval_ms: 300_000,
  });
  assert.deepEqual((await about({ CONSIGNE_LIMITS: "friendly" }))["limits"], {
    profile: "friendly",
    requests_per_second: 50,
    burst: 3000,
  });
  assert.deepEqual((await about({ CONSIGNE_LIMITS: "off" }))["limits"], { profile: "off" });
});
