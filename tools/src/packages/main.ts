import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { repositoryRoot } from "../check-stage.ts";
import { buildPackages } from "./build-packages.ts";

/** Builds what is published: into the folder that is given, or into `dist` in the place of what is there. */
const { values, positionals } = parseArgs({ options: { console: { type: "string" } }, allowPositionals: true });
const [chosen] = positionals;
const dist = join(repositoryRoot, "dist");
if (chosen === undefined) await rm(dist, { recursive: true, force: true });
await buildPackages(resolve(chosen ?? dist), { consoleFolder: values.console });
