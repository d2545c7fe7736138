import { join } from "node:path";
import { startChild, waitForLine } from "./child-server.ts";
import { runTimed } from "./timed-command.ts";

/** Reserved for measurements by RFC 2544, so no real network uses them. See also the probe in `bench-programs.ts`. */
const NEAR = "198.18.119.1";
const FAR = "198.18.119.2";
/** The default of most systems. Others are less affected by losses. */
const CONGESTION_CONTROL = "cubic";

const DEVICE = "near0";
const FAR_DEVICE = "far0";

export interface FarLine extends AsyncDisposable {
  /** The local address, to which programs at the far end connect. */
  address: string;
  /** A prefix for commands that run at the far end. */
  through: readonly [string, ...string[]];
}

export interface LineQuality {
  roundTripMs: number;
  /** The share of packets lost, in each direction. */
  loss: number;
}

/**
 * Opens a second network, joined to the current one by a line of this quality. Needs root and a network namespace for
 * this process (`unshare --net`), so that nothing else is affected.
 */
export async function openFarLine(folder: string, { roundTripMs, loss }: LineQuality): Promise<FarLine> {
  const logFile = join(folder, "far-line.log");
  const program = join(import.meta.dirname, "far-line.py");
  await using opened = new AsyncDisposableStack();
  const relay = startChild(["/usr/bin/python3", program, DEVICE, FAR_DEVICE, String(roundTripMs / 2), String(loss)], {
    logFile,
    cwd: folder,
  });
  opened.use(relay);
  await waitForLine(logFile, /^(ready)$/m);
  const farLog = join(folder, "far-end.log");
  const far = startChild(["unshare", "--net", "sh", "-c", "echo ready; exec sleep infinity"], {
    logFile: farLog,
    cwd: folder,
  });
  opened.use(far);
  await waitForLine(farLog, /^(ready)$/m);
  const through = ["nsenter", "--target", String(far.pid), "--net"] as const;
  await runTimed(["ip", "link", "set", "lo", "up"]);
  await runTimed(["ip", "link", "set", FAR_DEVICE, "netns", String(far.pid)]);
  await joinDevice([], { device: DEVICE, address: NEAR, other: FAR });
  await joinDevice(through, { device: FAR_DEVICE, address: FAR, other: NEAR });
  const resources = opened.move();
  return { address: NEAR, through, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

async function joinDevice(
  through: readonly string[],
  { device, address, other }: { device: string; address: string; other: string },
): Promise<void> {
  const run = (words: string) => runTimed([...through, "ip", ...words.split(" ")] as [string, ...string[]]);
  await run(`address add ${address} peer ${other} dev ${device}`);
  await run(`link set ${device} up`);
  await run(`route replace ${other} dev ${device} src ${address} congctl ${CONGESTION_CONTROL}`);
}
