import { nodeFiles } from "./node-files.ts";
import { getWithNode } from "./node-get.ts";
import { sendWithNode } from "./node-request.ts";
import { steadyTime } from "./node-steady-time.ts";
import type { Platform } from "./platform.ts";

export const platform: Platform = {
  send: (request) => (request.method === "GET" ? getWithNode(request) : sendWithNode(request)),
  files: nodeFiles,
  steadyTime: steadyTime(),
};
