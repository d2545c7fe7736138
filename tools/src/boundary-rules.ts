import { posix } from "node:path";
import { findCycles } from "./cycles.ts";
import type { FoundImport } from "./import-scanner.ts";
import type { SourceFile, WorkspacePackage } from "./workspace.ts";

const SCOPE = "@consigne/";
/**
 * Which packages may import which others. A package that is missing here fails the check until somebody decides where
 * it belongs.
 */
const arrows: Readonly<Record<string, readonly string[] | "anything">> = {
  contract: [],
  core: [],
  db: ["core"],
  "blobs-fs": ["core"],
  // The client library also reads the header that contains a file's name.
  fetch: ["contract", "core"],
  // Other servers are called like by every client: through the library that observes their limits.
  "import-sources": ["contract", "core", "sdk"],
  launcher: [],
  mail: ["contract", "core"],
  thumbnails: ["core"],
  whirlpool: [],
  hashing: ["core", "whirlpool"],
  http: ["core", "contract"],
  sdk: ["contract", "whirlpool"],
  // The server computes checksums off the event loop, and so does the command line to compare what was sent.
  cli: ["contract", "hashing", "launcher", "sdk"],
  // The console is a client like any other.
  console: ["contract", "sdk", "whirlpool"],
  server: [
    "blobs-fs",
    "console",
    "contract",
    "core",
    "db",
    "fetch",
    "hashing",
    "http",
    "import-sources",
    "launcher",
    "mail",
    "thumbnails",
  ],
  testkit: ["server", "core", "contract"],
  e2e: "anything",
  tools: "anything",
};
/** A single folder of core decides who is admitted. Others may neither count calls nor reset the counts. */
const floodControl = "packages/core/src/flood/flood-service.ts";
const mayUseFloodControl = /^packages\/core\/src\/((admission|flood)\/|services\.ts$|index\.ts$)/;
/**
 * From core, these packages only know types and the files named here beside `index.ts`. They run in threads, each of
 * which would otherwise load all of the domain, and in the command line.
 */
const lightOfCore = new Set(["hashing"]);
/**
 * Code that changes rows must ask the policy first. These files do the system's own work, and only they may skip the
 * policy.
 */
const unaskedMark = "packages/core/src/policy/by-system.ts";
const mayAskNobody =
  /^packages\/core\/src\/(testing\/|(accounts\/(account-removal|yielding)|housekeeping\/guest-files|invitations\/invitation-(mail|service)|sessions\/session-service|trash\/trash-folders)\.ts$)/;
/** The parts of a folder, lowest first. A file may import from its own part and from those before it. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  "apps/cli/src/sync": ["trees", "plan", "apply", "session"],
};
/** Edges and adapters. Only the server knows more than one of them. */
const sides = new Set(["db", "blobs-fs", "fetch", "hashing", "http", "import-sources", "mail", "thumbnails"]);
const forbiddenInCore =
  /^(node:(http|https|http2|sqlite|fs|fs\/promises)|(fastify|kysely|nodemailer|pg|@fastify\/.+|@aws-sdk\/.+)(\/.*)?)$/;
/**
 * The library is tested against a whole server, which itself uses that library to call other servers. No file imports
 * itself this way.
 */
const mayComeBackInTests: Readonly<Record<string, string>> = { sdk: "testkit" };
/** These run next to the programs people use, not inside them. */
const mayReadEnvironment = new Set(["e2e", "tools", "testkit"]);

/** Every violation of a rule, one line each: `path:line: what`. */
export function findViolations(packages: readonly WorkspacePackage[]): string[] {
  const byName = new Map(packages.map((each) => [each.name, each]));
  return packages
    .flatMap((each) => [
      ...(arrows[shortName(each.name)] === undefined
        ? [`${each.folder}/package.json:1: ${each.name} is not in the table of arrows in tools/src/boundary-rules.ts`]
        : []),
      ...each.files.flatMap((file) => file.imports.flatMap((found) => checkImport(each, file, found, byName))),
      ...each.files.flatMap(checkRoom),
      ...checkEnvironment(each),
      ...describeFileCycles(each),
    ])
    .concat(describePackageCycles(packages));
}

const shortName = (name: string): string => (name.startsWith(SCOPE) ? name.slice(SCOPE.length) : name);

function checkImport(
  from: WorkspacePackage,
  file: SourceFile,
  found: FoundImport,
  byName: ReadonlyMap<string, WorkspacePackage>,
): string[] {
  const at = `${file.path}:${found.line}:`;
  if (found.specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(file.path), found.specifier);
    if (target === floodControl && !mayUseFloodControl.test(file.path) && !file.isTestCode) {
      return [`${at} ${found.specifier} is asked by admission only`];
    }
    if (target === unaskedMark && !mayAskNobody.test(file.path)) {
      return [`${at} ${found.specifier} is for the system's own work: ask the policy, or say in the rule why not`];
    }
    return target.startsWith(`${from.folder}/`)
      ? []
      : [`${at} ${found.specifier} leaves the package; import it by name`];
  }
  if (shortName(from.name) === "core" && !file.isTestCode && forbiddenInCore.test(found.specifier)) {
    return [`${at} core imports ${found.specifier}; that belongs behind a port`];
  }
  const target = found.specifier.split("/").slice(0, 2).join("/");
  if (target === from.name) {
    return file.isTestCode ? [] : [`${at} imports its own package by name; use a relative path`];
  }
  if (!target.startsWith(SCOPE)) return [];
  const isAllOfCore = found.specifier === `${SCOPE}core` && !found.isTypeOnly && !file.isTestCode;
  return [
    ...(isAllOfCore && lightOfCore.has(shortName(from.name))
      ? [`${at} loads all of ${found.specifier} into each thread; import types, or a file it exports by itself`]
      : []),
    ...checkArrow(from, file, target, byName).map((text) => `${at} ${text}`),
    ...(isForTests(found.specifier) && !isTestsOwn(from, file) ? [`${at} ${found.specifier} is for tests only`] : []),
  ];
}

/** Includes tests, which have the same limits as the file they are next to. */
function checkRoom({ path, imports }: SourceFile): string[] {
  return Object.entries(rooms).flatMap(([folder, order]) => {
    if (!path.startsWith(`${folder}/`)) return [];
    const place = roomOf(path, folder, order);
    if (place === -1) return [`${path}:1: is in none of the rooms of ${folder}: ${order.join(", ")}`];
    return imports
      .filter(({ specifier }) => specifier.startsWith("."))
      .filter(({ specifier }) => roomOf(posix.join(posix.dirname(path), specifier), folder, order) > place)
      .map(({ specifier, line }) => `${path}:${line}: ${order[place]} may not import ${specifier}, which builds on it`);
  });
}

const roomOf = (path: string, folder: string, order: readonly string[]): number =>
  path.startsWith(`${folder}/`) ? order.indexOf(path.slice(folder.length + 1).split("/")[0] ?? "") : -1;

const isForTests = (specifier: string): boolean =>
  specifier === `${SCOPE}core/testing` || specifier === `${SCOPE}blobs-fs/testing`;

const isTestsOwn = (from: WorkspacePackage, file: SourceFile): boolean =>
  file.isTestCode || ["testkit", "e2e", "tools"].includes(shortName(from.name));

function checkArrow(
  from: WorkspacePackage,
  file: SourceFile,
  target: string,
  byName: ReadonlyMap<string, WorkspacePackage>,
): string[] {
  const [fromShort, targetShort] = [shortName(from.name), shortName(target)];
  if (!byName.has(target)) return [`${target} is no package of this repository`];
  if (!from.dependencies.has(target) && !(file.isTestCode && from.devDependencies.has(target))) {
    return [`${target} is not among the dependencies of ${from.folder}/package.json`];
  }
  const allowed = arrows[fromShort];
  // Tests prefer real neighbours to mocks. The dependencies in package.json are enough for them, except for cycles of
  // packages.
  if (allowed === undefined || allowed === "anything" || allowed.includes(targetShort) || file.isTestCode) return [];
  const isSideways = sides.has(fromShort) && sides.has(targetShort);
  return [
    isSideways
      ? `${fromShort} imports ${targetShort}: edges and adapters do not know each other`
      : `${fromShort} may not import ${targetShort}`,
  ];
}

const isEnvironmentFile = (path: string): boolean => /(^|\/)(env|environment)\.[jt]s$/.test(path);
/** A program's entry file passes the environment to its main function, like arguments and streams. */
const isProgramEntry = (path: string): boolean => /^apps\/[^/]+\/src\/bin\.ts$/.test(path);

function checkEnvironment(from: WorkspacePackage): string[] {
  if (mayReadEnvironment.has(shortName(from.name))) return [];
  const production = from.files.filter((file) => !file.isTestCode);
  const [first, second] = production.filter((file) => isEnvironmentFile(file.path)).map((file) => file.path);
  return [
    ...production
      .filter((file) => !isEnvironmentFile(file.path) && !isProgramEntry(file.path))
      .flatMap((file) =>
        file.environmentLines.map(
          (line) => `${file.path}:${line}: reads the environment; only env.ts (or environment.ts) does`,
        ),
      ),
    ...(second === undefined ? [] : [`${second}:1: a second place that reads the environment, beside ${first}`]),
  ];
}

function describeFileCycles(from: WorkspacePackage): string[] {
  const paths = new Set(from.files.map((file) => file.path));
  const edges = new Map(
    from.files.map((file) => [
      file.path,
      file.imports
        .filter((found) => found.specifier.startsWith(".") && !found.isTypeOnly)
        .map((found) => posix.join(posix.dirname(file.path), found.specifier))
        .filter((path) => paths.has(path)),
    ]),
  );
  return findCycles(edges).map((cycle) => `${cycle[0]}:1: cycle of files: ${[...cycle, cycle[0]].join(" -> ")}`);
}

function describePackageCycles(packages: readonly WorkspacePackage[]): string[] {
  const names = new Set(packages.map((each) => each.name));
  const edges = new Map(
    packages.map((each) => [
      each.name,
      [...each.dependencies, ...each.devDependencies].filter(
        (name) => names.has(name) && mayComeBackInTests[shortName(each.name)] !== shortName(name),
      ),
    ]),
  );
  return findCycles(edges).map((cycle) => `package.json:1: cycle of packages: ${[...cycle, cycle[0]].join(" -> ")}`);
}
