import { createHash } from "node:crypto";
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createBuiltInHasher, findUnfinishedFiles } from "@consigne/sdk";
import { ApiClient, fault, type FaultyServer } from "@consigne/testkit";
import { InterruptedError } from "../src/command-line/errors.ts";
import { runConsigne, type Ran } from "./_terminal.ts";

/** Possible names of a temporary file during a download of this name. */
function temporaryNames(name: string): string[] {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(name)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  const stem = `.consigne-${hash.toString(16).padStart(16, "0")}`;
  return [`${stem}.part`, `${stem}.state`, `${stem}-1.part`, `${stem.toUpperCase()}.PART`];
}

/** In the form that is reserved for what is set aside. */
const asideNames = ["film.consigne-replaced", "film.consigne-replaced-2", "R.TXT.Consigne-Replaced"];

export const hostileNames: readonly string[] = [
  "film",
  "film.part",
  "film.part.json",
  "FILM",
  "r.txt",
  "r (2).txt",
  "r (3).txt",
  "R.txt",
  "it's",
  "it＇s",
  'a"b',
  "$HOME",
  "`t`",
  "back\\slash",
  "<a>",
  " before",
  "behind ",
  " ",
  "-n",
  "--",
  "new\nline",
  "a:b",
  "é",
  "e\u0301",
  "．．",
  "␠x",
  "100%",
  "%41",
  ...temporaryNames("film"),
  ...temporaryNames("r.txt"),
  ...asideNames,
];

/** Names that conflict with each other, and so are used more often. */
export const meetingNames: readonly string[] = [
  "film",
  "r.txt",
  "r (2).txt",
  ...temporaryNames("r.txt").slice(0, 2),
  ...asideNames.slice(0, 1),
];

export interface RemoteEntry {
  url: string;
  /** From the root, names as on the server. */
  path: string;
  content: string;
  order: number;
}

/** Everything on one side: the local tree by path, or the remote files by link. */
export type LocalTree = ReadonlyMap<string, string>;
export type RemoteTree = ReadonlyMap<string, RemoteEntry>;

/** A user with a local tree, and their own folder on a server that others use too. */
export class HostileWorld {
  readonly home: string;
  readonly server: FaultyServer;
  readonly #digests: Map<string, string>;

  private constructor(home: string, server: FaultyServer, digests: Map<string, string>) {
    this.home = home;
    this.server = server;
    this.#digests = digests;
  }

  static async make(server: FaultyServer, digests: Map<string, string>): Promise<HostileWorld> {
    const home = await mkdtemp(join(tmpdir(), "consigne-hostile-"));
    const world = new HostileWorld(home, server, digests);
    await mkdir(world.root);
    return world;
  }

  get root(): string {
    return join(this.home, "tree");
  }

  remove(): Promise<void> {
    return rm(this.home, { recursive: true });
  }

  /** `stopAt`: interrupted by the request with that number. */
  async run(args: readonly string[], options: { stopAt?: number; stdin?: string } = {}): Promise<Ran> {
    const ending = new AbortController();
    let left = options.stopAt ?? Infinity;
    const rule = this.server.faults.add(() => {
      if (--left === 0) ending.abort(new InterruptedError());
      return false;
    }, fault.cutBeforeAnswer());
    const variables = {
      HOME: this.home,
      PATH: process.env["PATH"] ?? "",
      XDG_RUNTIME_DIR: this.home,
      CONSIGNE_URL: this.server.url,
      CONSIGNE_API_KEY: this.server.apiKey,
    };
    const { stdin } = options;
    const ran = await runConsigne(args, variables, {
      interruption: ending.signal,
      ...(stdin === undefined ? {} : { stdin }),
    });
    rule.remove();
    return ran;
  }

  /** Path and content of everything local; leftovers of our own interrupted downloads are counted and not listed. */
  async local(): Promise<{ tree: LocalTree; unfinished: number }> {
    const tree = new Map<string, string>();
    let unfinished = 0;
    const entries = await readdir(this.root, { recursive: true, withFileTypes: true });
    for (const [folder, inFolder] of Map.groupBy(entries, ({ parentPath }) => parentPath)) {
      const names = inFolder.filter((entry) => entry.isFile()).map(({ name }) => name);
      const ours = new Set(await findUnfinishedFiles(folder, names));
      unfinished += ours.size;
      for (const { name } of inFolder) {
        const path = join(folder, name);
        if (!ours.has(name)) tree.set(relative(this.root, path), await this.#looked(path));
      }
    }
    return { tree, unfinished };
  }

  async #looked(path: string): Promise<string> {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return `-> ${await readlink(path)}`;
    if (found.isDirectory()) return "folder";
    if (!found.isFile()) return "special";
    return readFile(path).then(contentId, () => "unreadable");
  }

  /**
   * Every file and folder below a folder of the server, files identified by checksum; later in the listing means newer.
   */
  async remote(folder: string): Promise<{ tree: RemoteTree; folders: ReadonlySet<string> }> {
    const api = new ApiClient(this.server, this.server.apiKey);
    const files = new Map<string, RemoteEntry>();
    const folders = new Set<string>();
    const walk = async (id: number, path: string): Promise<void> => {
      const { sub_folders, items } = await api.ok("folder/ls", { folder_id: id, files: 1 });
      for (const item of items as { url: string; filename: string; checksum: string; date: string }[]) {
        const content = this.#digests.get(item.checksum) ?? item.checksum;
        const order = Date.parse(`${item.date}Z`);
        files.set(item.url, { url: item.url, path: `${path}/${item.filename}`, content, order });
      }
      for (const below of sub_folders as { id: number; name: string }[]) {
        if (path === "" && below.name !== folder) continue;
        folders.add(`${path}/${below.name}`);
        await walk(below.id, `${path}/${below.name}`);
      }
    };
    await walk(0, "");
    return { tree: files, folders };
  }
}

/** Identifies a content. */
export function contentId(bytes: Uint8Array): string {
  return `${bytes.byteLength}:${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}`;
}

/** The id of each content by its Whirlpool checksum. */
export async function digestsOf(contents: readonly Uint8Array[]): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const bytes of contents) {
    const hash = createBuiltInHasher().start();
    await hash.update(bytes);
    digests.set(await hash.digest(), contentId(bytes));
  }
  return digests;
}
