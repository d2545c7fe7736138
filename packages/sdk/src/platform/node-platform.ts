import { createHash } from "node:crypto";
import { fetchWithNode } from "./node-fetch.ts";
import { nodeFiles } from "./node-files.ts";
import { getWithNode } from "./node-get.ts";
import { sendWithNode } from "./node-request.ts";
import { steadyTime } from "./node-steady-time.ts";
import type { Platform } from "./platform.ts";

requireThisRuntime();

export const platform: Platform = {
  send: (request) => (request.method === "GET" ? getWithNode(request) : sendWithNode(request)),
  fetch: fetchWithNode,
  files: nodeFiles,
  startSha256: () => {
    const hash = createHash("sha256");
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
  },
  steadyTime: steadyTime(),
};

/** An older Node would fail in the middle of a call, where it looks like a bad connection. */
function requireThisRuntime(): void {
  const [any, toSorted]: unknown[] = [Reflect.get(AbortSignal, "any"), Reflect.get(Array.prototype, "toSorted")];
  // Node 20.3 is the first that has both.
  if (any !== undefined && toSorted !== undefined) return;
  throw new Error(`@consigne/sdk needs Node 20.3 or newer; this is Node ${process.versions.node}.`);
}
