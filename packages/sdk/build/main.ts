import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { buildPackage } from "./build-package.ts";

const dist = join(import.meta.dirname, "../dist");
const [chosen] = process.argv.slice(2);

/** Builds what is published: into the folder that is given, or into `dist` in the place of what is there. */
if (chosen === undefined) await rm(dist, { recursive: true, force: true });
await buildPackage(resolve(chosen ?? dist));
