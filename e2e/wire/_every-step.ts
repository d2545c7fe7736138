import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DiskFile, type DiskFileSystem, nodeFileSystem, openDiskBlobStore } from "@consigne/blobs-fs";
import { type Database, DatabaseError, type Ports, type Repositories } from "@consigne/core";

export type Fault = "full" | "read-only" | "broken";

const errnos: Readonly<Record<Fault, string>> = { full: "ENOSPC", "read-only": "EROFS", broken: "EIO" };
const failures: Readonly<Record<Fault, DatabaseError["failure"]>> = {
  full: "full",
  "read-only": "read-only",
  broken: "busy",
};

/** Rows and bytes that fail at a given step, whatever the operation. */
export class FaultySteps implements AsyncDisposable {
  readonly #directory: string;
  #blobs: Awaited<ReturnType<typeof openDiskBlobStore>> | undefined;
  #armed: { fault: Fault; at: number; staysBroken: boolean } | undefined;
  #count = 0;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async make(): Promise<FaultySteps> {
    const steps = new FaultySteps(await mkdtemp(join(tmpdir(), "consigne-steps-")));
    steps.#blobs = await openDiskBlobStore(join(steps.#directory, "bytes"), {
      fileSystem: steps.#fileSystem(),
      packedBytes: 0,
    });
    return steps;
  }

  readonly replacePorts = (embedded: Ports): Ports => {
    if (this.#blobs === undefined) throw new Error("The bytes are closed.");
    return { ...embedded, blobs: this.#blobs, database: this.#database(embedded.database) };
  };

  /** Makes step number `at` fail, and with `staysBroken` all later ones. */
  arm(fault: Fault, at: number, staysBroken: boolean): void {
    this.#armed = { fault, at, staysBroken };
    this.#count = 0;
  }

  /** True if the step was reached. */
  disarm(): boolean {
    const wasReached = this.#armed !== undefined && this.#count > this.#armed.at;
    this.#armed = undefined;
    return wasReached;
  }

  staged(): Promise<string[]> {
    return readdir(join(this.#directory, "bytes", "staging"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#blobs?.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #due(): Fault | undefined {
    if (this.#armed === undefined) return undefined;
    const { fault, at, staysBroken } = this.#armed;
    const count = this.#count++;
    return count === at || (staysBroken && count > at) ? fault : undefined;
  }

  #diskStep(): void {
    const fault = this.#due();
    if (fault === undefined) return;
    const code = errnos[fault];
    throw Object.assign(new Error(`${code}: a fault of the test`), { code });
  }

  #rowStep(): void {
    const fault = this.#due();
    if (fault !== undefined) throw new DatabaseError(failures[fault], "A fault of the test.");
  }

  /** Removing and reading work on a full disk, and must: they are used for cleaning up. */
  #fileSystem(): DiskFileSystem {
    const before =
      <Input extends unknown[], Output>(step: (...input: Input) => Promise<Output>) =>
      async (...input: Input): Promise<Output> => {
        this.#diskStep();
        return step(...input);
      };
    const watched = (file: DiskFile): DiskFile => ({
      read: (...input) => file.read(...input),
      write: before((...input: Parameters<DiskFile["write"]>) => file.write(...input)),
      sync: before(() => file.sync()),
      datasync: before(() => file.datasync()),
      stat: () => file.stat(),
      close: () => file.close(),
    });
    return {
      ...nodeFileSystem,
      rename: before(nodeFileSystem.rename),
      makeFolder: before(nodeFileSystem.makeFolder),
      openFile: async (...input) => {
        this.#diskStep();
        return watched(await nodeFileSystem.openFile(...input));
      },
    };
  }

  #database(database: Database): Database {
    const outside = this.#watchedRows(database);
    return new Proxy(database, {
      get: (target, name): unknown => {
        if (name === "transaction") {
          return async <T>(work: (rows: Repositories) => Promise<T>): Promise<T> => {
            this.#rowStep();
            return target.transaction(async (rows) => {
              const done = await work(this.#watchedRows(rows));
              // Like a commit without space.
              this.#rowStep();
              return done;
            });
          };
        }
        const own: unknown = Reflect.get(outside, name);
        if (own !== undefined) return own;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  }

  #watchedRows(rows: Repositories): Repositories {
    const watched: Record<string, unknown> = {};
    for (const name of repositoryNames) watched[name] = this.#watchedRepository(rows[name]);
    return watched as unknown as Repositories;
  }

  #watchedRepository(repository: object): object {
    return new Proxy(repository, {
      get: (target, name): unknown => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        return async (...input: unknown[]): Promise<unknown> => {
          this.#rowStep();
          return value.apply(target, input) as Promise<unknown>;
        };
      },
    });
  }
}

const repositoryNames = [
  "accounts",
  "apiKeys",
  "folders",
  "files",
  "blobs",
  "discardedBytes",
  "uploads",
  "downloadTokens",
  "trash",
  "versions",
  "links",
  "floodLocks",
  "audit",
] as const satisfies readonly (keyof Repositories)[];
