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
/** The place of a declaration determines the title it is listed under. */
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
 * The reference of the SDK, one Markdown page, from the docstrings of everything it exports. TypeDoc needs its own
 * compiler (TypeScript 6) to read types, because the repository's compiler has no API for that.
 * @throws {Error} with TypeDoc's message
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
      // The others are options of the plugin, which TypeDoc's own type does not include.
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

/** Groups the exports, and leaves out what every error inherits. */
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

/** The package's own introduction, including its first example. */
async function introduction(packageFolder: string): Promise<string> {
  const readme = await readFile(join(packageFolder, "README.md"), "utf8");
  return readme.replace(/^# .*\n+/, "");
}
