import { globSync } from "node:fs";
import { matchesGlob } from "node:path";

/** In the order they are to run: what is quick and narrow first, whole systems last. */
const groups = [
  "packages/*/src/**/*.test.ts",
  "apps/*/src/**/*.test.ts",
  "tools/**/*.test.ts",
  "packages/*/test/**/*.test.ts",
  "packages/*/examples/**/*.test.ts",
  "apps/*/test/**/*.test.ts",
  "e2e/**/*.test.ts",
];

/** For the minute between two changes: groups whose files start no other program, but for those named here. */
const fastGroups = groups.slice(0, 3);
const startsPrograms = new Set(["tools/src/bench/bench.test.ts", "tools/src/test-stage.test.ts"]);

/**
 * Whether a file spends its time waiting: rclone sends this backend a call every 0.4 s, whatever a server could do
 * (`minSleep` of rclone's backend/fichier), and installing is the network's work and the disk's.
 */
export function mostlyWaits(file: string): boolean {
  return /^e2e\/(install\/|(sync-)?rclone)/.test(file);
}

/**
 * Test files of the repository at `root`, relative to it.
 * @param patterns parts of a path, or globs; none means every file
 * @param isFast only the tests of the groups that are quick
 */
export function listTestFiles(root: string, patterns: readonly string[] = [], isFast = false): string[] {
  const wanted = patterns.map((pattern) => pattern.replace(/^\.\//, ""));
  return (isFast ? fastGroups : groups)
    .flatMap((group) =>
      globSync(group, { cwd: root, exclude: (path) => path === "node_modules" || path.endsWith("/node_modules") })
        .map((path) => path.replaceAll("\\", "/"))
        .toSorted(),
    )
    .filter((path) => !(isFast && startsPrograms.has(path)))
    .filter((path) => wanted.length === 0 || wanted.some((each) => path.includes(each) || matchesGlob(path, each)));
}
