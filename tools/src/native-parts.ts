import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Tools with a native part for each system, installed as an optional package next to them. */
const nativeTools = ["oxfmt", "oxlint", "oxlint-tsgolint", "oxc-parser", "rolldown"] as const;

/**
 * The tools in `modules` whose native part for this system is missing. npm silently leaves it out if it runs on a
 * Node.js older than the part requires.
 */
export function findLeftOut(modules: string, system = `${process.platform}-${process.arch}`): string[] {
  return nativeTools.filter((tool) => {
    const parts = nativePartsOf(modules, tool).filter((part) => part.includes(system));
    return parts.length > 0 && !parts.some((part) => existsSync(join(modules, part, "package.json")));
  });
}

function nativePartsOf(modules: string, tool: string): string[] {
  const manifest = JSON.parse(readFileSync(join(modules, tool, "package.json"), "utf8")) as {
    optionalDependencies?: Record<string, string>;
  };
  return Object.keys(manifest.optionalDependencies ?? {});
}

export function describeLeftOut(tools: readonly string[]): string {
  return (
    `npm ran on a Node.js older than 20.19 and so left out the native parts of ${tools.join(", ")}: ` +
    "install Node.js 20.19 or newer, then run npm ci and npm test again (npm start works as it is)."
  );
}
