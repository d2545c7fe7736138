import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const repository = join(import.meta.dirname, "../../..");
/** Everything the build reads. The lock file stands for the libraries. */
const sources = [
  "package-lock.json",
  "apps/console/{index.html,package.json}",
  "apps/console/{src,build}/**/*.*",
  "packages/{sdk,contract,whirlpool}/src/**/*.ts",
];

/** One digest of all sources. Unlike file times, it survives a checkout. */
export function stateOfSources(): string {
  const digest = createHash("sha256");
  const paths = globSync(sources, { cwd: repository, exclude: (path) => path === "node_modules" });
  for (const path of paths.toSorted()) {
    if (/\.test\.tsx?$/.test(path)) continue;
    digest
      .update(`${path}\0`)
      .update(readFileSync(join(repository, path)))
      .update("\0");
  }
  return digest.digest("hex");
}
