import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { ApiClient, startFaultyServer } from "@consigne/testkit";
import type { FaultyServer, TestServerOptions } from "@consigne/testkit";
import { main } from "../../src/main.ts";
import { binPath, ended } from "../_fixtures.ts";
import type { Finished } from "../_fixtures.ts";

export interface CommandRun {
  code: number;
  stdout: string;
  stderr: string;
  /** The lines of `--json`. */
  lines: Record<string, unknown>[];
}

/** A user with a folder, and a server that records every request. */
export class CommandWorld {
  readonly server: FaultyServer;
  readonly folder: string;

  private constructor(server: FaultyServer, folder: string) {
    this.server = server;
    this.folder = folder;
  }

  static async start(
    t: TestContext,
    files: Readonly<Record<string, string>>,
    options: TestServerOptions = {},
  ): Promise<CommandWorld> {
    const server = await startFaultyServer(options);
    t.after(() => server[Symbol.asyncDispose]());
    const folder = await mkdtemp(join(tmpdir(), "consigne-sync-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const world = new CommandWorld(server, folder);
    await mkdir(world.root);
    for (const [path, content] of Object.entries(files)) await world.write(path, content);
    return world;
  }

  get root(): string {
    return join(this.folder, "tree");
  }

  /** Override the usual variables. */
  readonly extraVariables: Record<string, string> = {};

  get variables(): Record<string, string> {
    const { PATH = "", NODE_COMPILE_CACHE = "" } = process.env;
    return {
      PATH,
      NODE_COMPILE_CACHE,
      HOME: this.folder,
      XDG_CACHE_HOME: join(this.folder, "cache"),
      XDG_RUNTIME_DIR: this.folder,
      CONSIGNE_CONFIG_DIR: join(this.folder, "config"),
      CONSIGNE_URL: this.server.url,
      CONSIGNE_API_KEY: this.server.apiKey,
      ...this.extraVariables,
    };
  }

  /** Runs a command in this process. */
  async run(...argv: string[]): Promise<CommandRun> {
    const written = { stdout: "", stderr: "" };
    const sink = (name: "stdout" | "stderr") => ({ write: (text: string) => (written[name] += text) });
    const code = await main(argv, { variables: this.variables, stdout: sink("stdout"), stderr: sink("stderr") });
    const lines = written.stdout.split("\n").filter((line) => line.startsWith("{"));
    return { code, ...written, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
  }

  /** Runs a command that must succeed. */
  async ok(...argv: string[]): Promise<CommandRun> {
    const run = await this.run(...argv);
    assert.equal(run.code, 0, `${argv.join(" ")}: ${run.stdout}${run.stderr}`);
    return run;
  }

  /** Runs a command as a separate process. */
  spawn(...argv: string[]): { child: ChildProcess; finished: Promise<Finished> } {
    const child = spawn(process.execPath, [binPath, ...argv], {
      env: this.variables,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return { child, finished: ended(child) };
  }

  async write(path: string, content: string): Promise<void> {
    const onDisk = join(this.root, path);
    await mkdir(dirname(onDisk), { recursive: true });
    await writeFile(onDisk, content);
  }

  /** `path=content`, sorted; folders end with `/`. */
  async localPaths(root = this.root): Promise<string[]> {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const lines = entries.map(async (entry) => {
      const onDisk = join(entry.parentPath, entry.name);
      const path = onDisk.slice(root.length + 1);
      return entry.isDirectory() ? `${path}/` : `${path}=${await readFile(onDisk, "utf8")}`;
    });
    return (await Promise.all(lines)).toSorted();
  }

  /** The same for a remote folder, bypassing the fault layer's log: ask before counting calls. */
  async remotePaths(folderName: string): Promise<string[]> {
    const api = new ApiClient(this.server, this.server.apiKey);
    const idOf = async (parentId: number, name: string) => {
      const { sub_folders } = await api.ok("folder/ls", { folder_id: parentId });
      return (sub_folders as { id: number; name: string }[]).find((each) => each.name === name)?.id;
    };
    const walk = async (id: number, path: string): Promise<string[]> => {
      const { sub_folders, items } = await api.ok("folder/ls", { folder_id: id, files: 1 });
      const files = (items as { url: string; filename: string }[]).map(
        async ({ url, filename }) => `${path}${filename}=${(await api.download(url)).bytes.toString()}`,
      );
      const folders = (sub_folders as { id: number; name: string }[]).map(async ({ id: below, name }) => [
        `${path}${name}/`,
        ...(await walk(below, `${path}${name}/`)),
      ]);
      return [...(await Promise.all(files)), ...(await Promise.all(folders)).flat()];
    };
    const id = await idOf(0, folderName);
    return id === undefined ? [] : (await walk(id, "")).toSorted();
  }
}

/** A tree with this many files in each of this many folders. */
export function treeOf(folders: number, filesInFolder: number): Record<string, string> {
  const files: Record<string, string> = {};
  for (let folder = 0; folder < folders; folder += 1) {
    for (let file = 0; file < filesInFolder; file += 1) files[`d${folder}/f${file}.txt`] = `content ${folder}-${file}`;
  }
  return files;
}
