import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pythonProgram } from "../required-programs.ts";
import { freePort, startChild, waitForPort } from "./child-server.ts";
import { runTimed } from "./timed-command.ts";
import { runWatched, type WatchedRun } from "./watched-command.ts";

/** Without its status panel. */
const u2c = ["-m", "copyparty.web.a.u2c", "-ns"];

export interface CopypartyChild extends AsyncDisposable {
  /** Sends files or folders with copyparty's own client over this many connections. */
  send(source: string, connections: number): Promise<WatchedRun>;
  /** The size of everything sent since the last `clear`. */
  storedBytes(): Promise<number>;
  /** Removes everything that was sent. */
  clear(): Promise<void>;
}

/** copyparty on loopback with its defaults, except for thumbnails, which are not used here. */
export async function startCopyparty(folder: string): Promise<CopypartyChild> {
  const home = join(folder, "copyparty");
  const shared = join(home, "shared");
  await mkdir(shared, { recursive: true });
  const { output } = await runTimed(["/usr/bin/python3", pythonProgram, "copyparty", "where"]);
  const python = output.trim();
  const port = await freePort();
  const logFile = join(home, "output.log");
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, "config") };
  const child = startChild(
    [python, "-m", "copyparty", "-q", "--no-thumb", "-i", "127.0.0.1", "-p", String(port), "-v", `${shared}::A`],
    { logFile, cwd: home, env },
  );
  try {
    await waitForPort(port, logFile);
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
  let target = 0;
  return {
    send: (source, connections) =>
      runWatched(
        [python, ...u2c, "-j", String(connections), `http://127.0.0.1:${port}/${target}/`, source],
        env,
        "u2c",
      ),
    storedBytes: () => bytesBelow(join(shared, String(target))),
    clear: async () => {
      await rm(join(shared, String(target)), { recursive: true, force: true });
      target += 1;
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const found = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))));
  return found.reduce((sum, { size }) => sum + size, 0);
}
