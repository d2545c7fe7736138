import { join } from "node:path";
import { startChild, waitForLine } from "./child-server.ts";
import { runTimed } from "./timed-command.ts";

/** Kept for measurements by RFC 2544, so that no real network has them; see also the probe in `bench-programs.ts`. */
const NEAR = "198.18.119.1";
const FAR = "198.18.119.2";
/** What systems use by default; there are others that care less about losses. */
const CONGESTION_CONTROL = "cubic";

const DEVICE = "near0";
const FAR_DEVICE = "far0";

export interface FarLine extends AsyncDisposable {
  /** Address of this side, to which those at the far end connect. */
  address: string;
  /** Begins a command that is to run at the far end. */
  through: readonly [string, ...string[]];
}

export interface LineQuality {
  roundTripMs: number;
  /** Of the packets, each way. */
  loss: number;
}

/**
 * A second network, joined with the one of this process by a line of such quality. It takes the rights of root, and a network
 * of this process alone (`unshare --net`), so that it meets no other.
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
  const kept = opened.move();
  return { address: NEAR, through, [Symbol.asyncDispose]: () => kept.disposeAsync() };
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
