import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));
export const adminKey = "OperatorTestKey_0123456789abcde-";
export const adminEmail = "owner@example.org";

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ServerProcess {
  url: string;
  child: ChildProcess;
  /** Resolves when the process has ended. */
  finished: Promise<Finished>;
  stdout(): string;
}

const undone = new WeakMap<TestContext, (() => unknown)[]>();

/**
 * Runs after the test, before everything registered earlier: node:test would first remove a folder and then end the
 * process that writes there.
 */
export function afterwards(context: TestContext, undo: () => unknown): void {
  const list = undone.get(context);
  if (list !== undefined) return void list.push(undo);
  const all = [undo];
  undone.set(context, all);
  context.after(async () => {
    for (const each of all.toReversed()) await each();
  });
}

/** A new data folder, removed after the test. */
export async function dataFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "consigne-process-"));
  afterwards(context, () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Only the given variables: nothing from the environment of the tests reaches the server. */
export function environmentOf(dataDir: string, settings: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH = "", NODE_COMPILE_CACHE = "" } = process.env;
  return {
    PATH,
    NODE_COMPILE_CACHE,
    HOME: dataDir,
    CONSIGNE_DATA_DIR: dataDir,
    CONSIGNE_PORT: "0",
    CONSIGNE_LIMITS: "off",
    ...settings,
  };
}

/** With a known administrator instead of a generated one. */
export const knownAdmin = {
  CONSIGNE_ADMIN_EMAIL: adminEmail,
  CONSIGNE_ADMIN_PASSWORD: "correct horse battery",
  CONSIGNE_ADMIN_API_KEY: adminKey,
};

function launch(args: readonly string[], environment: NodeJS.ProcessEnv, folder: string, entry = bin) {
  const child = spawn(process.execPath, ["--no-warnings", entry, ...args], {
    env: environment,
    cwd: folder,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const finished = (once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>).then(
    ([code, signal]: [number | null, NodeJS.Signals | null]): Finished => ({ code, signal, stdout, stderr }),
  );
  return { child, finished, stdout: () => stdout, stderr: () => stderr };
}

/** Runs one operator command to its end. */
export async function runCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  options: { folder?: string; input?: string; isRead?: boolean } = {},
): Promise<Finished> {
  const { child, finished } = launch(args, environment, options.folder ?? environment["CONSIGNE_DATA_DIR"] ?? tmpdir());
  if (options.isRead === false) child.stdout.destroy();
  child.stdin.end(options.input ?? "");
  return finished;
}

/** Starts a server and waits until it listens; it is killed after the test at the latest. */
export async function startProcess(
  context: TestContext,
  environment: NodeJS.ProcessEnv,
  options: { entry?: string; args?: readonly string[] } = {},
): Promise<ServerProcess> {
  const folder = environment["CONSIGNE_DATA_DIR"] ?? tmpdir();
  const { child, finished, stdout, stderr } = launch(options.args ?? ["serve"], environment, folder, options.entry);
  afterwards(context, async () => {
    child.kill("SIGKILL");
    await finished;
  });
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = /^Consigne listens on (\S+)\n/m.exec(stdout())?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", look);
    void finished.then(() => reject(new Error(`The server ended before it listened: ${stdout()}${stderr()}`)));
  });
  return { url, child, finished, stdout };
}

export async function call(url: string, path: string, body: unknown = {}, key = adminKey) {
  const response = await fetch(`${url}/v1/${path}.cgi`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

/** Posts files; resolves with the address of the report, or rejects when the connection broke. */
export async function upload(
  url: string,
  files: Readonly<Record<string, string>>,
  options: { key?: string; id?: string } = {},
): Promise<{ status: number; location: string }> {
  const form = new FormData();
  for (const [name, text] of Object.entries(files)) form.append("file[]", new Blob([text]), name);
  const response = await fetch(`${url}/upload.cgi${options.id === undefined ? "" : `?id=${options.id}`}`, {
    method: "POST",
    headers: { authorization: `Bearer ${options.key ?? adminKey}` },
    body: form,
    redirect: "manual",
  });
  await response.arrayBuffer();
  return { status: response.status, location: response.headers.get("location") ?? "" };
}

export interface ListedFile {
  url: string;
  filename: string;
  size: number;
}

export async function listFiles(url: string, key = adminKey): Promise<ListedFile[]> {
  const { json } = await call(url, "file/ls", { folder_id: 0 }, key);
  return json["items"] as ListedFile[];
}

export async function download(url: string, file: string, key = adminKey): Promise<string> {
  const { json } = await call(url, "download/get_token", { url: file }, key);
  const response = await fetch(String(json["url"]));
  return response.text();
}
