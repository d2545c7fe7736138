import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./check-stage.ts";
import { type TestedClient, testedClients } from "./tested-clients.ts";

/** The versions used when the suites were last recorded. */
interface Recorded {
  system: string;
  versions: Record<string, string>;
}

const versionsFile = join(repositoryRoot, "tools/src/tested-versions.json");
const TITLE = /\b(?:test|it)\(\s*(?:"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;

const introduction = `# Compatibility

Third-party programs that work with Consigne, according to its test suites. "Program" means that the suites run the real,
unmodified program; "calls" means that they make the same calls and read the responses the way the program does, because
it cannot run in the suites. Programs that are not listed may work too: [how to try them](drop-in.md).
`;

/** The page for the current suites. @throws if nothing in a suite uses a client */
export function compatibilityPage(clients: readonly TestedClient[] = testedClients): string {
  const { system, versions } = JSON.parse(readFileSync(versionsFile, "utf8")) as Recorded;
  const tested = clients.map((client) => ({ ...client, proofs: proofsOf(client) }));
  const rows = tested.map(({ name, by, version, proofs }) => {
    const shown = version === undefined ? "" : (versions[name] ?? "not recorded");
    return `| [${name}](#${anchorOf(name)}) | ${shown} | ${by} | ${proofs.reduce((sum, each) => sum + each.titles.length, 0)} |`;
  });
  const parts = tested.map(({ name, proofs }) => {
    const lists = proofs.map(
      ({ file, titles }) => `[\`${file}\`](../${file})\n\n${titles.map((title) => `- ${title}\n`).join("")}`,
    );
    return `## ${name}\n\n${lists.join("\n")}`;
  });
  const table = ["| client | version | tested by | tests |", "| --- | --- | --- | --- |", ...rows].join("\n");
  const about = `Made from the suites by \`npm run gen\`; versions as recorded on ${system}.`;
  return `${introduction}\n${table}\n\n${about}\n\n${parts.join("\n")}`;
}

function proofsOf({ name, suites }: TestedClient): { file: string; titles: string[] }[] {
  return suites.map(({ file, only = /^/, says, holds = "", from = file }) => {
    const text = readFileSync(join(repositoryRoot, file), "utf8");
    const isHeld = readFileSync(join(repositoryRoot, from), "utf8").includes(holds);
    const found = [...text.matchAll(TITLE)].map(([, plain = "", built = ""]) => titleOf(plain || built));
    const titles = says === undefined ? found.filter((title) => only.test(title)) : [says];
    if (titles.length === 0 || !isHeld) throw new Error(`${file} tests nothing of ${name} any more.`);
    return { file, titles };
  });
}

function titleOf(written: string): string {
  return written
    .replaceAll(/\$\{[^}]*\}/g, "…")
    .replaceAll(/\\(.)/g, "$1")
    .replaceAll(/([*_<>[\]])/g, "\\$1");
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** Asks the installed programs for their versions. They must be those that the suites run. */
export function recordVersions(): void {
  const versions: Record<string, string> = {};
  for (const { name, version } of testedClients) {
    if (version === undefined) continue;
    const [program, ...args] = version.command;
    const { stdout } = spawnSync(program, args, { cwd: repositoryRoot, encoding: "utf8" });
    const [, found] = version.pattern.exec(stdout ?? "") ?? [];
    if (found === undefined) throw new Error(`${name} does not tell its version here.`);
    versions[name] = found;
  }
  const debian = readFileSync("/etc/debian_version", "utf8").trim();
  const recorded: Recorded = { system: `Debian ${debian}`, versions };
  writeFileSync(versionsFile, `${JSON.stringify(recorded, null, 2)}\n`);
}
