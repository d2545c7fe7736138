import assert from "node:assert/strict";
import type { TestServer } from "@consigne/testkit";
import { type ByteContext, defaultWaits } from "../src/byte-context.ts";
import { keySource } from "../src/calls/key-source.ts";
import { createClient } from "../src/client.ts";
import type { ClientOptions } from "../src/client-options.ts";
import { createBuiltInHasher } from "../src/hashing/built-in-hasher.ts";

export const shortWaits = { ...defaultWaits, firstRetryMs: 2, longestRetryMs: 20, reportTimeoutMs: 300 };

type Served = Pick<TestServer, "url" | "apiKey">;

/** The context for uploads and downloads, with short timeouts. */
export function byteContext(
  server: Served,
  changes: Partial<ByteContext> = {},
  clientOptions: Pick<ClientOptions, "retries"> = {},
): ByteContext {
  const { url, apiKey } = server;
  const { apiUrl, call } = createClient({ url, apiKey, pacing: "off", ...clientOptions });
  return {
    caller: { call, callPath: () => assert.fail("Nothing here calls by a path.") },
    apiUrl,
    isOriginal: false,
    keys: keySource(apiKey),
    hasher: createBuiltInHasher(),
    retries: 4,
    waits: shortWaits,
    ...changes,
  };
}

/** The same, but patient enough for a server that restarts on a busy machine. */
export const patientContext = (server: Served): ByteContext => byteContext(server, { retries: 3000 }, { retries: 8 });
