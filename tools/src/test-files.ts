import { globSync } from "node:fs";
import { matchesGlob } from "node:path";

/** Quick and narrow tests first, whole systems last. */
const groups = [
  "packages/*/src/**/*.test.ts",
  "apps/*/src/**/*.test.ts",
  "tools/**/*.test.ts",
  "packages/*/test/**/*.test.ts",
  "packages/*/examples/**/*.test.ts",
  "apps/*/test/**/*.test.ts",
  "e2e/**/*.test.ts",
];

/**
 * The groups to run between two changes, in about a minute. Their files start no other programs, except for those named
 * here.
 */
const fastGroups = groups.slice(0, 3);
const startsPrograms = new Set([
  "tools/src/bench/bench.test.ts",
  "tools/src/joined/make-program.test.ts",
  "tools/src/release/publish.test.ts",
  "tools/src/test-stage.test.ts",
]);

/** Only for the proof: they take minutes and need programs that a test run does not install. */
const proofGroups = ["e2e/**/*.proof.ts"];

/**
 * The files that take longest, slowest first. They start after the quick groups, so that at the end no processor waits
 * for one of them alone. See "slowest files" in the closing lines.
 */
export const longest: readonly string[] = [
  "e2e/wire/policy-matrix.test.ts",
  "e2e/wire/generated-calls.test.ts",
  "e2e/site/console-pages.test.ts",
  "e2e/wire/fuzz.test.ts",
  "e2e/wire/places-of-guests.test.ts",
  "e2e/site/console.test.ts",
  "apps/server/test/services/password-reset.test.ts",
  "e2e/wire/key-matrix.test.ts",
  "apps/server/test/services/remote-uploads.test.ts",
  "packages/db/test/conformance.test.ts",
  "e2e/site/console-files.test.ts",
  "apps/server/test/services/many-files.test.ts",
  "e2e/site/console-share.test.ts",
  "e2e/site/console-uploads.test.ts",
  "e2e/wire/page-frames.test.ts",
  "e2e/wire/secrets.test.ts",
  "e2e/moving-house.test.ts",
  "apps/cli/test/sync/sync-command.test.ts",
  "packages/sdk/test/uploads.test.ts",
  "apps/server/test/kill-points.test.ts",
  "e2e/durability.test.ts",
  "apps/server/test/services/imports.test.ts",
  "e2e/site/console-events.test.ts",
  "e2e/wire/every-step.test.ts",
  "e2e/wire/slow-listings.test.ts",
  "e2e/first-start.test.ts",
  "e2e/connections.test.ts",
  "e2e/guides.test.ts",
  "apps/server/test/killed-remote-uploads.test.ts",
  "tools/src/bench/bench.test.ts",
  "e2e/unfinished-bodies.test.ts",
  "apps/server/test/killed-jobs.test.ts",
  "apps/cli/test/no-file-lost.test.ts",
  "e2e/site/journeys.test.ts",
  "apps/cli/test/sync/sync-faults.test.ts",
  "e2e/full-disk.test.ts",
  "packages/sdk/test/downloads.test.ts",
  "e2e/sdk/package.test.ts",
  "apps/server/test/server-process.test.ts",
  "apps/cli/test/names.test.ts",
  "apps/server/test/operator-command.test.ts",
  "e2e/drop-in-names.test.ts",
];

/**
 * Whether a file mostly waits: rclone sends this backend a call every 0.4 s at most (`minSleep` in rclone's
 * backend/fichier), installing depends on the network and the disk, and clients follow a slow server's pace.
 */
export function mostlyWaits(file: string): boolean {
  return waitsForNetwork(file) || /^(e2e\/(sync-)?rclone|packages\/sdk\/test\/clock-jumps)/.test(file);
}

/** Whether a file may do nothing for minutes because it waits for a registry. */
export function waitsForNetwork(file: string): boolean {
  return file.startsWith("e2e/install/");
}

/**
 * Test files of the repository at `root`, relative to it, in the order in which they are started.
 * @param patterns parts of a path, or globs; none means every file
 * @param isFast only the tests of the quick groups
 */
export function listTestFiles(root: string, patterns: readonly string[] = [], isFast = false): string[] {
  const quick = filesOf(root, fastGroups).filter((path) => !startsPrograms.has(path));
  const others = isFast ? [] : filesOf(root, groups).filter((path) => !quick.includes(path));
  const first = longest.filter((path) => others.includes(path));
  return [...quick, ...first, ...others.filter((path) => !first.includes(path))].filter(matching(patterns));
}

/** Files that only the proof runs. */
export function listProofFiles(root: string, patterns: readonly string[] = []): string[] {
  return filesOf(root, proofGroups).filter(matching(patterns));
}

function matching(patterns: readonly string[]): (path: string) => boolean {
  const wanted = patterns.map((pattern) => pattern.replace(/^\.\//, ""));
  return (path) => wanted.length === 0 || wanted.some((each) => path.includes(each) || matchesGlob(path, each));
}

function filesOf(root: string, wanted: readonly string[]): string[] {
  return wanted.flatMap((group) =>
    globSync(group, { cwd: root, exclude: (path) => path === "node_modules" || path.endsWith("/node_modules") })
      .map((path) => path.replaceAll("\\", "/"))
      .toSorted(),
  );
}
