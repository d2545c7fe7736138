import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Application,
  Comment,
  CommentTag,
  Converter,
  DeclarationReflection,
  LogLevel,
  type ProjectReflection,
  ReflectionKind,
} from "typedoc";
import { repositoryRoot } from "./check-stage.ts";

const FILE_NAME = "sdk.md";
/** Where something is declared decides under which title it stands. */
const GROUPS: readonly (readonly [title: string, path: RegExp])[] = [
  ["The client", /src\/(client|client-options)\.ts$|src\/calls\//],
  ["Resources", /src\/(resources|paths)\//],
  ["Uploads", /src\/uploads\//],
  ["Names", /src\/remote-names\.ts$/],
  ["Downloads", /src\/downloads\//],
  ["Errors", /src\/(errors|error-guards)\.ts$/],
  ["Checksums and clocks", /src\/(hashing|pacing)\//],
];

/**
 * The reference of the SDK, one Markdown page, from the docstrings of what its public door exports.
 * TypeDoc reads types by a compiler of its own (TypeScript 6): the one that checks the repository has no interface for it.
 * @throws {Error} with what TypeDoc complained of
 */
export async function sdkPage(): Promise<string> {
  const packageFolder = join(repositoryRoot, "packages/sdk");
  const folder = await mkdtemp(join(tmpdir(), "consigne-gen-"));
  try {
    const app = await Application.bootstrapWithPlugins({
      entryPoints: [join(packageFolder, "src/index.ts")],
      tsconfig: join(repositoryRoot, "tsconfig.json"),
      skipErrorChecking: true,
      plugin: ["typedoc-plugin-markdown"],
      logLevel: LogLevel.Warn,
      name: "SDK reference",
      readme: "none",
      disableSources: true,
      excludePrivate: true,
      excludeInternal: true,
      excludeExternals: true,
      validation: { notExported: false, invalidLink: true, notDocumented: false },
      hideGenerator: true,
      outputs: [{ name: "markdown", path: folder }],
      // The rest are options of the plugin, which TypeDoc's own type does not know.
      ...({
        outputFileStrategy: "modules",
        entryFileName: FILE_NAME,
        hidePageHeader: true,
        hideBreadcrumbs: true,
        useCodeBlocks: true,
        parametersFormat: "table",
        interfacePropertiesFormat: "table",
        expandParameters: true,
        groupOrder: GROUPS.map(([title]) => title),
        kindSortOrder: ["Function", "Interface", "Class", "TypeAlias", "Variable"],
        sort: ["kind", "alphabetical"],
      } as object),
    });
    app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => arrange(project));
    const project = await app.convert();
    if (project === undefined || app.logger.hasErrors()) throw new Error("TypeDoc could not read packages/sdk.");
    app.validate(project);
    await app.generateOutputs(project);
    if (app.logger.hasErrors()) throw new Error("TypeDoc could not write the reference of packages/sdk.");
    const page = await readFile(join(folder, FILE_NAME), "utf8");
    return page.replace("\n", `\n\n${await introduction(packageFolder)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Groups what is exported, and leaves out what every error has from those above it. */
function arrange(project: ProjectReflection): void {
  for (const reflection of project.getReflectionsByKind(ReflectionKind.ClassMember)) {
    const isInherited = reflection instanceof DeclarationReflection && reflection.inheritedFrom !== undefined;
    if (isInherited) project.removeReflection(reflection);
  }
  for (const reflection of project.children ?? []) {
    const path = project.getSymbolIdFromReflection(reflection)?.packagePath ?? "";
    const [title] = GROUPS.find(([, pattern]) => pattern.test(path)) ?? [];
    if (title === undefined) throw new Error(`${reflection.name} of ${path} has no place in the reference of the SDK.`);
    reflection.comment ??= new Comment();
    reflection.comment.blockTags.push(new CommentTag("@group", [{ kind: "text", text: title }]));
  }
}

/** What the package says of itself, first example included. */
async function introduction(packageFolder: string): Promise<string> {
  const readme = await readFile(join(packageFolder, "README.md"), "utf8");
  return readme.replace(/^# .*\n+/, "");
}
