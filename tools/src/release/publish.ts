import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { dirname } from "node:path";
import { runNpm } from "./run-npm.ts";

/** Why the checkout at `root` must not be published, one line each. */
export function reasonsAgainst(root: string): string[] {
  const { status, stdout } = spawnSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" });
  const waiting = globSync(".changeset/*.md", { cwd: root }).filter((path) => !path.endsWith("README.md"));
  return [
    ...(status === 0 ? [] : ["This is no checkout of git, so nobody could say what was published."]),
    ...(stdout === "" ? [] : ["Files differ from the last commit. Commit them first."]),
    ...(waiting.length === 0 ? [] : [`Changes wait for a version; run npx changeset version: ${waiting.join(", ")}`]),
  ];
}

/**
 * Publishes each tarball whose version is not in the registry yet, one after the other. After a failure, another run
 * publishes the rest.
 * @param tell receives a line for each
 */
export async function publishTarballs(tarballs: readonly string[], tell: (line: string) => void): Promise<void> {
  for (const tarball of tarballs) {
    const folder = dirname(tarball);
    const name = nameIn(tarball);
    if (await isPublished(name, folder)) {
      tell(`${name} was published before.`);
      continue;
    }
    await runNpm(["publish", "--access", "public", tarball], folder);
    tell(`${name} is published.`);
  }
}

/** `@consigne/NAME@VERSION`. */
function nameIn(tarball: string): string {
  const { status, stdout, stderr } = spawnSync("tar", ["-xOzf", tarball, "package/package.json"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${tarball} could not be read: ${stderr}`);
  const { name, version } = JSON.parse(stdout) as { name: string; version: string };
  return `${name}@${version}`;
}

async function isPublished(name: string, folder: string): Promise<boolean> {
  try {
    return (await runNpm(["view", name, "version"], folder)).trim() !== "";
  } catch (error) {
    // All versions of npm report a package that was never published this way.
    if (error instanceof Error && error.message.includes("E404")) return false;
    throw error;
  }
}
