import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { wireDeclarations } from "./wire-declarations.ts";

const root = join(import.meta.dirname, "..");
const repository = join(root, "../..");

/** The entry points of the contract, other than the main one, that the SDK's types use. */
const entryPoints = ["civil-time", "remote-names"] as const;

const entryPointPaths = (at: (entryPoint: string) => string) =>
  Object.fromEntries(entryPoints.map((entryPoint) => [`@consigne/contract/${entryPoint}`, [at(entryPoint)]]));

/**
 * Lets the compiler write the declarations of the SDK, and of the parts of the contract it uses, into an empty folder.
 * Returns the entry declaration and a configuration that resolves their imports.
 */
export async function declareInto(folder: string): Promise<{ entry: string; tsconfig: string }> {
  const wire = join(folder, "wire.d.ts");
  await writeFile(wire, wireDeclarations());
  const compiling = await configure(join(folder, "tsconfig.compile.json"), {
    rootDir: repository,
    outDir: join(folder, "emitted"),
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    // The features of Node 20. Sources that use newer ones do not compile.
    target: "es2023",
    lib: ["es2023", "es2024.string", "esnext.disposable"],
    typeRoots: [join(repository, "node_modules/@types")],
    // Given by its path, it is a source like any other, and its declarations are written too.
    paths: {
      "@consigne/contract": [wire],
      ...entryPointPaths((entryPoint) => join(repository, `packages/contract/src/${entryPoint}.ts`)),
    },
  });
  const { status, stdout } = spawnSync(join(repository, "node_modules/.bin/tsc"), ["-p", compiling], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`The declarations could not be written:\n${stdout}`);
  const tsconfig = await configure(join(folder, "tsconfig.json"), {
    paths: {
      "@consigne/contract": [wire],
      ...entryPointPaths((entryPoint) => join(folder, `emitted/packages/contract/src/${entryPoint}.d.ts`)),
    },
  });
  return { entry: join(folder, "emitted/packages/sdk/src/index.d.ts"), tsconfig };
}

async function configure(path: string, compilerOptions: object): Promise<string> {
  const settings = {
    extends: join(repository, "tsconfig.json"),
    compilerOptions,
    include: [join(root, "src/index.ts")],
  };
  await writeFile(path, JSON.stringify(settings));
  return path;
}
