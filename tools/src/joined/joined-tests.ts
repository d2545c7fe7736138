import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SourcePlaces } from "@consigne/launcher/source-places";

/**
 * Programs that tests start often, in the form tests use: those of Consigne, and those that tests kill. `apps/cli/bin`
 * is missing because it is joined for everybody (`make-program.ts`).
 */
export const joinedPrograms: readonly string[] = [
  "apps/cli/src/bin.ts",
  "apps/server/bin/consigne-server.js",
  "apps/server/src/bin.ts",
  "apps/server/test/_dying-server.ts",
  "apps/server/test/_job-child.ts",
  "apps/server/test/_operator-process.ts",
  "apps/server/test/_remote-child.ts",
  "apps/server/test/_worker-child.ts",
  "e2e/_dying-migration.ts",
];

/**
 * Not joined: tests of tools, which read sources; tests of the console, which its bundler loads; tests of how programs
 * start; and one that expects the location of its error.
 */
const staysSource =
  /^(tools\/|apps\/console\/|e2e\/(install\/|first-start)|apps\/server\/src\/logger|apps\/(cli|server)\/test\/(loaded-files|launcher))/;

/** Test files and programs, joined for a single run of all tests and then removed, so that they are never outdated. */
export class JoinedTests implements Disposable {
  readonly #folder: string;
  readonly #cwd: string;
  readonly #joined: ReadonlySet<string>;
  readonly places: SourcePlaces;

  private constructor(folder: string, cwd: string, joined: ReadonlySet<string>) {
    this.#folder = folder;
    this.#cwd = cwd;
    this.#joined = joined;
    this.places = new SourcePlaces(folder);
  }

  static async join(cwd: string, files: readonly string[], programs = joinedPrograms): Promise<JoinedTests> {
    const folder = mkdtempSync(join(tmpdir(), "consigne-joined-"));
    try {
      // A test may start something that runs as another user.
      chmodSync(folder, 0o755);
      // Only a run that joins files needs the bundler.
      const { joinFiles, joinedPath } = await import("./join.ts");
      const joinedFolder = join(folder, "programs");
      const joined = new Map(programs.map((path) => [join(cwd, path), joinedPath(joinedFolder, path)]));
      const entries = files.filter((path) => !staysSource.test(path));
      await joinFiles({ root: cwd, entries: programs, folder: joinedFolder });
      await joinFiles({ root: cwd, entries, folder: join(folder, "tests"), programs: joined, isByPackage: true });
      return new JoinedTests(folder, cwd, new Set(entries));
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Where compiled code is kept for later processes. */
  get compiledFolder(): string {
    return join(this.#folder, "compiled");
  }

  /** Where the testkit keeps the tables its servers start with. */
  get tablesFolder(): string {
    return join(this.#folder, "tables");
  }

  /** The file to run for a test file. */
  fileOf(path: string): string {
    if (!this.#joined.has(path)) return join(this.#cwd, path);
    return join(this.#folder, "tests", path.replace(/\.ts$/, ".mjs"));
  }

  /** The test file that a running file was made from. */
  sourceOf(file: string): string {
    const ran = join(this.#folder, "tests/");
    return file.startsWith(ran) ? join(this.#cwd, file.slice(ran.length).replace(/\.mjs$/, ".ts")) : file;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
