import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { buildPackage } from "./build-package.ts";

const dist = join(import.meta.dirname, "../dist");
const [chosen] = process.argv.slice(2);

/** Builds the published package into the given folder, or replaces `dist`. */
if (chosen === undefined) await rm(dist, { recursive: true, force: true });
await buildPackage(resolve(chosen ?? dist));
