import { createHash, getHashes } from "node:crypto";
import { nodeFiles } from "./node-files.ts";
import { getWithNode } from "./node-get.ts";
import { sendWithNode } from "./node-request.ts";
import type { Platform } from "./platform.ts";

export const platform: Platform = {
  send: (request) => (request.method === "GET" ? getWithNode(request) : sendWithNode(request)),
  nativeWhirlpool: openSslWhirlpool(),
  files: nodeFiles,
};

function openSslWhirlpool(): Platform["nativeWhirlpool"] {
  const start = () => {
    const hash = createHash("whirlpool");
    return { update: (chunk: Uint8Array) => hash.update(chunk), digest: () => hash.digest("hex") };
  };
  try {
    if (!getHashes().includes("whirlpool")) return undefined;
    start();
    return start;
  } catch {
    return undefined;
  }
}
