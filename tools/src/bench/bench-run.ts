import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BenchPlan } from "./bench-plan.ts";
import { type ConsigneChild, type ConsigneOptions, startConsigne, uploadByCurl } from "./consigne-child.ts";
import { writeRandomFile } from "./random-file.ts";

/** What the parts of a run share: a folder, one server and one big file, each created on first use. */
export class BenchRun implements AsyncDisposable {
  readonly folder: string;
  readonly plan: BenchPlan;
  #server: Promise<ConsigneChild> | undefined;
  #sourceFile: Promise<string> | undefined;
  #storedLink: string | undefined;

  constructor(folder: string, plan: BenchPlan) {
    this.folder = folder;
    this.plan = plan;
  }

  server(): Promise<ConsigneChild> {
    this.#server ??= this.startServer("server", { settings: { CONSIGNE_TRASH_DAYS: "0" } });
    return this.#server;
  }

  /** Starts a server with its own folder below that of the run. */
  async startServer(name: string, options: ConsigneOptions = {}): Promise<ConsigneChild> {
    const folder = join(this.folder, name);
    await mkdir(folder);
    return startConsigne(folder, options);
  }

  /** The path of a file of the plan's size. */
  sourceFile(): Promise<string> {
    const path = join(this.folder, "source.bin");
    this.#sourceFile ??= writeRandomFile(path, this.plan.fileBytes).then(() => path);
    return this.#sourceFile;
  }

  /** The same for a part that keeps or changes the file. The next caller gets a new one. */
  async takeSourceFile(): Promise<string> {
    const path = await this.sourceFile();
    this.#sourceFile = undefined;
    return path;
  }

  /** Remembers a link to a stored file of the plan's size, so that it need not be sent again. */
  keepLink(link: string): void {
    this.#storedLink = link;
  }

  async storedLink(): Promise<string> {
    this.#storedLink ??= (await uploadByCurl(await this.server(), await this.sourceFile(), "source.bin")).link;
    return this.#storedLink;
  }

  /** Ends the server and frees the disk. The next part creates a new file and server. */
  async clear(): Promise<void> {
    const server = await this.#server?.catch(() => undefined);
    await server?.[Symbol.asyncDispose]();
    this.#server = undefined;
    this.#sourceFile = undefined;
    this.#storedLink = undefined;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    await mkdir(this.folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clear();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export async function openBenchRun(parent: string, plan: BenchPlan): Promise<BenchRun> {
  return new BenchRun(await mkdtemp(join(parent, "consigne-bench-")), plan);
}
