/**
 * A separate process whose clock is set while it works: `node _jumping-program.ts ORDER`, with the order as JSON.
 * Prints the result as JSON.
 */
import { type Client, createClient, fromBytes, type Wait } from "../src/index.ts";
import { shiftTime } from "./_shifted-time.ts";

export interface JumpingOrder {
  scenario: keyof typeof scenarios;
  url: string;
  apiKey: string;
  /** A key of the same account. */
  otherKey?: string;
  stateFolder: string;
  /** How far the clock is set in the middle. */
  jumpMs: number;
  /** How wrong the clock is from the start. */
  wrongByMs?: number;
  folderId?: number;
  link?: string;
  path?: string;
}

export interface JumpingOutcome {
  errors: string[];
  waits: Wait[];
}

const { scenario, ...order } = JSON.parse(process.argv[2] ?? "") as JumpingOrder;
const { url, stateFolder, folderId = 0, link = "", path = "" } = order;
const outcome: JumpingOutcome = { errors: [], waits: [] };
let calls = 0;
let isSet = false;

/** Sets the clock once, however often it is called. */
function setClock(): void {
  if (!isSet) shiftTime(order.jumpMs);
  isSet = true;
}

function connect(apiKey = order.apiKey, onWait: (wait: Wait) => void = () => undefined): Client {
  return createClient({
    url,
    apiKey,
    pacing: { stateFolder, maxWaitMs: 20_000 },
    hooks: {
      afterCall: () => void (calls += 1),
      onWait: (wait) => {
        outcome.waits.push(wait);
        onWait(wait);
      },
    },
  });
}

const scenarios = {
  /** The clock is set after the second of five calls. */
  async calls() {
    const client = connect();
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        await client.folders.get(folderId);
        if (calls === 2) setClock();
      }),
    );
  },

  /** Lists, sets the clock, then lists the same folder from memory and from the server. */
  async listings() {
    const client = connect();
    await client.files.list(folderId);
    setClock();
    await client.files.list(folderId);
    await client.files.list(folderId, { isFresh: true });
  },

  async freshListing() {
    await connect().files.list(folderId, { isFresh: true });
  },

  /** A lock is already in place. The clock is set while one client waits for it, then two more clients come. */
  async lock() {
    const late: Promise<unknown>[] = [];
    const client = connect(order.apiKey, ({ reason }) => {
      if (reason !== "flood-lock" || isSet) return;
      setClock();
      late.push(connect(order.otherKey).folders.get(folderId), connect().folders.get(folderId));
    });
    await client.folders.get(folderId);
    await Promise.all(late);
  },

  /** The clock is set when everything is sent and the client waits for the report. */
  async upload() {
    await connect().uploads.sendOne(fromBytes("only once", { name: "once.txt" }), {
      folderId,
      onProgress: ({ phase }) => {
        if (phase === "verifying") setClock();
      },
    });
  },

  /** Interrupted after some bytes, and started again after the clock was set. */
  async download() {
    const stop = new AbortController();
    const first = connect().downloads.toFile(link, path, {
      connections: 1,
      signal: stop.signal,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes > 0) stop.abort(new Error("enough"));
      },
    });
    await first.catch(() => undefined);
    setClock();
    await connect().downloads.toFile(link, path, { connections: 1 });
  },
};

shiftTime(order.wrongByMs ?? 0);
try {
  await scenarios[scenario]();
} catch (error) {
  outcome.errors.push(String(error));
}
process.stdout.write(JSON.stringify(outcome));
