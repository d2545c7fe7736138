import { resolve } from "node:path";
import { findViolations } from "./boundary-rules.ts";
import { readWorkspace } from "./workspace.ts";

/** Checks which packages import which others, in the repository given as argument or in this one. */
const root = resolve(process.argv[2] ?? `${import.meta.dirname}/../..`);
const packages = readWorkspace(root);
const violations = findViolations(packages);
for (const violation of violations) console.error(violation);
const files = packages.reduce((sum, each) => sum + each.files.length, 0);
console.log(`${packages.length} packages, ${files} files: ${violations.length} broken boundaries`);
if (violations.length > 0) process.exitCode = 1;
