import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { BenchRun } from "./bench-run.ts";
import { type ConsigneChild, uploadText } from "./consigne-child.ts";
import { type Comparison, compare, type Pair } from "./figures.ts";
import { fetchingServer, orderRemotes } from "./remote-orders.ts";
import { runWrk, type WrkFigures, writeWrkScript } from "./wrk.ts";

const CONNECTIONS = 4;
const AIM = 1.2;

/** Measures how a long queue slows down calls, compared with a second server that has nothing to fetch. */
export async function measureQueuedLatency(run: BenchRun): Promise<Comparison[]> {
  const { queuedRemotes, requestRounds, secondsOfRequests } = run.plan;
  await using source = await startSilentSource();
  await using busy = await run.startServer("queued", fetchingServer);
  await using idle = await run.startServer("unqueued", fetchingServer);
  const busyLatency = await latencyOf(busy);
  const idleLatency = await latencyOf(idle);
  const urls = Array.from({ length: queuedRemotes }, (_, number) => `${source.url}/${number}`);
  const [first = 0] = await orderRemotes(busy, urls);
  const medians: Pair[] = [];
  const p99s: Pair[] = [];
  // Before the first round, neither server has answered often enough to reach its full speed.
  await busyLatency(1);
  await idleLatency(1);
  for (let round = 0; round < requestRounds; round++) {
    const reference = await idleLatency(secondsOfRequests);
    const ours = await busyLatency(secondsOfRequests);
    medians.push({ ours: ours.medianMs, reference: reference.medianMs });
    p99s.push({ ours: ours.p99Ms, reference: reference.p99Ms });
  }
  await requireAllOpen(busy, first);
  const named = (what: string) =>
    ({
      name: `file/info, ${what}, with ${queuedRemotes} remote uploads waiting`,
      unit: "ms",
      referenceName: "with none waiting",
      aim: AIM,
    }) as const;
  return [compare(named("median"), medians), compare(named("99th percentile"), p99s)];
}

async function latencyOf(server: ConsigneChild): Promise<(seconds: number) => Promise<WrkFigures>> {
  const link = await uploadText(server, "notes.txt", "A few words to be kept.\n");
  const script = await writeWrkScript({ path: "file/info", body: { url: link } }, server);
  return (seconds) => runWrk(`${server.url}/v1/file/info.cgi`, script, { connections: CONNECTIONS, seconds });
}

/** The first order is tried first, so if it has not ended, none has. */
async function requireAllOpen(server: ConsigneChild, firstOrder: number): Promise<void> {
  const { result } = await server.call("remote/info", { id: firstOrder });
  if (!Array.isArray(result) || result.length > 0) throw new Error("Not all remote uploads were waiting any more.");
}

/** Accepts connections and never answers. Fetches from it keep their slots, and all others wait. */
async function startSilentSource(): Promise<{ url: string } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    socket.resume();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
