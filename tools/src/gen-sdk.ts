import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Application, LogLevel } from "typedoc";
import { repositoryRoot } from "./check-stage.ts";

const FILE_NAME = "sdk.md";

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
      } as object),
    });
    const project = await app.convert();
    if (project === undefined || app.logger.hasErrors()) throw new Error("TypeDoc could not read packages/sdk.");
    app.validate(project);
    await app.generateOutputs(project);
    if (app.logger.hasErrors()) throw new Error("TypeDoc could not write the reference of packages/sdk.");
    return await readFile(join(folder, FILE_NAME), "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
