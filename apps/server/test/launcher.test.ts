import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import {
  afterwards,
  dataFolder,
  environmentOf,
  knownAdmin,
  listFiles,
  startProcess,
  upload,
} from "./_server-process.ts";

const entry = fileURLToPath(new URL("_older-node.js", import.meta.url));
const skip = process.platform === "linux" ? false : "finds the child of the launcher by /proc";

/** A server started by a launcher, with the process id of that server. */
async function startLaunched(context: TestContext, settings: Readonly<Record<string, string>> = {}) {
  const environment = environmentOf(await dataFolder(context), { ...knownAdmin, ...settings });
  const launcher = await startProcess(context, environment, { entry });
  const { pid = 0 } = launcher.child;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  const serverPid = Number(children.trim());
  assert.ok(serverPid > 0, "the launcher has started one process");
  // Its launcher is killed at the end of the test, which would otherwise wait for an orderly stop.
  afterwards(context, () => {
    if (isRunning(serverPid)) process.kill(serverPid, "SIGKILL");
  });
  return { environment, launcher, serverPid };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a server shuts down cleanly when its launcher is killed", { skip }, async (context) => {
  const { environment, launcher } = await startLaunched(context);
  await upload(launcher.url, { "a.txt": "kept" });
  launcher.child.kill("SIGKILL");
  // The server has the same output, which ends with it.
  const { stdout } = await launcher.finished;
  assert.match(stdout, /stopping/);
  const next = await startProcess(context, environment);
  assert.deepEqual(
    (await listFiles(next.url)).map(({ filename }) => filename),
    ["a.txt"],
  );
});

test("a launcher forwards signals and exits like the server", { skip }, async (context) => {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    const { launcher, serverPid } = await startLaunched(context);
    launcher.child.kill(signal);
    const { code, stdout } = await launcher.finished;
    assert.deepEqual([code, isRunning(serverPid)], [0, false], signal);
    assert.ok(stdout.includes(signal), stdout);
  }
});

test("a server keeps running after its launcher's stdin ends", { skip }, async (context) => {
  const { launcher } = await startLaunched(context);
  launcher.child.stdin?.end();
  await upload(launcher.url, { "a.txt": "kept" });
  assert.equal((await listFiles(launcher.url)).length, 1);
  launcher.child.kill("SIGTERM");
  assert.equal((await launcher.finished).code, 0);
});

test(
  "a launched server returns the memory of password hashes to the system, unless told otherwise",
  { skip },
  async (context) => {
    const variableOf = async (settings: Readonly<Record<string, string>>) => {
      const { serverPid } = await startLaunched(context, settings);
      const variables = (await readFile(`/proc/${serverPid}/environ`, "utf8")).split("\0");
      return variables.find((each) => each.startsWith("MALLOC_MMAP_THRESHOLD_="));
    };
    assert.equal(await variableOf({}), "MALLOC_MMAP_THRESHOLD_=1048576");
    assert.equal(await variableOf({ MALLOC_MMAP_THRESHOLD_: "4194304" }), "MALLOC_MMAP_THRESHOLD_=4194304");
  },
);
