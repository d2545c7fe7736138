import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../check-stage.ts";
import { startChild, waitForLine } from "./child-server.ts";
import { onCore } from "./cores.ts";
import { runTimed } from "./timed-command.ts";

const apiKey = "BenchKeyOfTheOwner_0123456789-ab";

/** The server as users start it: embedded, default settings, one process. Flood control is off unless requested. */
export interface ConsigneChild extends AsyncDisposable {
  pid: number;
  url: string;
  apiKey: string;
  /** Contains all of its output. */
  logFile: string;
  /** The header line, also used as an argument of curl. */
  authorization: string;
  blobsFolder: string;
  call(path: string, body: unknown): Promise<Record<string, unknown>>;
}

export interface UploadedFile {
  seconds: number;
  link: string;
  whirlpool: string;
}

export interface ConsigneOptions {
  /** Flood control, off by default. */
  limits?: "off" | "authentic";
  /** The file to which the server writes how long its event loop was blocked, see `delay-monitor.ts`. */
  delayFile?: string;
  /** A library that is preloaded into the server. */
  preloaded?: string;
  /** Modules that the server imports first. */
  imports?: readonly string[];
  /** Settings other than the defaults. */
  settings?: Readonly<Record<`CONSIGNE_${string}`, string>>;
}

export async function startConsigne(
  folder: string,
  { limits = "off", delayFile, preloaded, imports = [], settings = {} }: ConsigneOptions,
): Promise<ConsigneChild> {
  const dataFolder = join(folder, "data");
  const logFile = join(folder, "consigne.log");
  await mkdir(dataFolder, { recursive: true });
  const monitor = delayFile === undefined ? [] : [new URL("./delay-monitor.ts", import.meta.url).href];
  const first = [...imports, ...monitor].flatMap((module) => ["--import", module]);
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("CONSIGNE_"));
  const child = startChild(
    [process.execPath, ...first, join(repositoryRoot, "apps/server/bin/consigne-server.js"), "serve"],
    {
      logFile,
      cwd: folder,
      env: {
        ...Object.fromEntries(inherited),
        CONSIGNE_DATA_DIR: dataFolder,
        CONSIGNE_PORT: "0",
        CONSIGNE_ADMIN_API_KEY: apiKey,
        CONSIGNE_LIMITS: limits,
        ...settings,
        ...(preloaded === undefined ? {} : { LD_PRELOAD: preloaded }),
        ...(delayFile === undefined ? {} : { BENCH_DELAY_FILE: delayFile }),
      },
    },
  );
  try {
    const url = await waitForLine(logFile, /^Consigne listens on (\S+)$/m);
    return {
      pid: child.pid,
      url,
      apiKey,
      logFile,
      authorization: `Authorization: Bearer ${apiKey}`,
      blobsFolder: join(dataFolder, "bytes/blobs"),
      call: (path, body) => call(url, path, body),
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

/** Sends a file as described in the guide. The time ends with the 302, when the file is durable. */
export async function uploadByCurl(
  server: ConsigneChild,
  path: string,
  name: string,
  options: { core?: number; through?: readonly string[] } = {},
): Promise<UploadedFile> {
  const command: [string, ...string[]] = [
    "curl",
    "--silent",
    "--show-error",
    "--header",
    server.authorization,
    "--form",
    `file[]=@${path};filename=${name}`,
    "--output",
    "/dev/null",
    "--write-out",
    "%{http_code} %{time_total} %{redirect_url}",
    `${server.url}/upload.cgi`,
  ];
  const [program, ...words] = [...(options.through ?? []), ...onCore(command, options.core)];
  const { output } = await runTimed([program ?? "", ...words]);
  const [status, seconds, report] = output.split(" ");
  if (status !== "302" || report === undefined) throw new Error(`The upload was answered with ${output}`);
  const answer = await fetch(report, { headers: { JSON: "1" } });
  const { links } = (await answer.json()) as { links: { download: string; whirlpool: string }[] };
  const [uploaded] = links;
  if (uploaded === undefined) throw new Error(`The report ${report} names no file.`);
  return { seconds: Number(seconds), link: uploaded.download, whirlpool: uploaded.whirlpool };
}

/** Uploads a small file with a form. Returns its link from the report. */
export async function uploadText(server: ConsigneChild, name: string, content: string): Promise<string> {
  const form = new FormData();
  form.append("file[]", new Blob([content]), name);
  const report = await fetch(`${server.url}/upload.cgi`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.apiKey}`, JSON: "1" },
    body: form,
  });
  const { links } = (await report.json()) as { links: { download: string }[] };
  if (links[0] === undefined) throw new Error(`${name} was not stored.`);
  return links[0].download;
}

/** The path, below the blob folder, of the newest blob of that size. */
export async function findBlob(server: ConsigneChild, sizeBytes: number): Promise<string> {
  const candidates: { path: string; modifiedAtMs: number }[] = [];
  for (const path of await readdir(server.blobsFolder, { recursive: true })) {
    const found = await stat(join(server.blobsFolder, path));
    if (found.isFile() && found.size === sizeBytes) candidates.push({ path, modifiedAtMs: found.mtimeMs });
  }
  const [newest] = candidates.toSorted((one, other) => other.modifiedAtMs - one.modifiedAtMs);
  if (newest === undefined) throw new Error("The uploaded bytes are not among the blobs.");
  return newest.path;
}

async function call(url: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/v1/${path}.cgi`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} was answered with ${response.status}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
