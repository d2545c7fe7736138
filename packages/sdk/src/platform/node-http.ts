import type * as Http from "node:http";
import { createRequire } from "node:module";

/**
 * The module `node:http`. Importing it reads each of its names, and one of them loads fetch and WebSocket as well: a fifth
 * of what a short command takes.
 */
export const http = createRequire(import.meta.url)("node:http") as typeof Http;
