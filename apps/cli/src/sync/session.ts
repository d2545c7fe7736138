import { createWhirlpoolHasher } from "@consigne/hashing";
import { openClient } from "../client/open-client.ts";
import type { OpenClient } from "../client/open-client.ts";
import type { CommandCall } from "../command-line/command.ts";
import { BandwidthLimit } from "./bandwidth.ts";
import type { Hasher } from "./hash-file.ts";
import type { RemoteStore } from "./remote-store.ts";
import { openSdkRemote } from "./sdk-remote.ts";
import { keepHeapSmall } from "./small-heap.ts";

export interface SessionOptions {
  profile: string | undefined;
  bytesPerSecond?: number | undefined;
}

/** What the commands about whole trees work with, from the first call to the last. */
export interface Session extends AsyncDisposable, Pick<OpenClient, "client" | "progress" | "signal"> {
  remote: RemoteStore;
  bandwidth: BandwidthLimit | undefined;
  hasher: Hasher;
}

/** Two are enough to keep a line busy, and each costs memory. */
const HASH_WORKERS = 2;

export async function openSession(call: CommandCall, options: SessionOptions): Promise<Session> {
  keepHeapSmall();
  await using opened = new AsyncDisposableStack();
  const hasher = await createWhirlpoolHasher({ workers: HASH_WORKERS });
  opened.defer(() => hasher.close());
  const { profile, bytesPerSecond } = options;
  const { client, progress, signal } = opened.use(await openClient(call, { profile, client: { hasher } }));
  const bandwidth = bytesPerSecond === undefined ? undefined : new BandwidthLimit(bytesPerSecond);
  const remote = await openSdkRemote(client, bandwidth);
  const running = opened.move();
  return { client, progress, signal, remote, bandwidth, hasher, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
