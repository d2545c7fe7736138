import { createWhirlpoolHasher } from "@consigne/hashing";
import { openClient } from "../../client/open-client.ts";
import type { OpenClient } from "../../client/open-client.ts";
import type { CommandCall } from "../../command-line/command.ts";
import type { ConnectionValues } from "../../profiles/connection.ts";
import { UploadRecords } from "../../transfers/upload-records.ts";
import { type LimitValues, RunLimits } from "./run-limits.ts";
import { BandwidthLimit } from "./bandwidth.ts";
import type { Hasher } from "../trees/hash-file.ts";
import type { RemoteStore } from "../trees/remote-store.ts";
import { openSdkRemote } from "./sdk-remote.ts";
import { keepHeapSmall } from "./small-heap.ts";

export interface SessionOptions {
  profile: string | undefined;
  bytesPerSecond?: number | undefined;
}

/** What commands about whole trees work with, from the first call to the last. */
export interface Session extends AsyncDisposable, Pick<OpenClient, "client" | "progress" | "signal"> {
  remote: RemoteStore;
  bandwidth: BandwidthLimit | undefined;
  limits: RunLimits;
  hasher: Hasher;
  records: UploadRecords;
}

/** Two are enough to keep a connection busy, and each costs memory. */
const HASH_WORKERS = 2;

export async function openSession(
  call: CommandCall<ConnectionValues & Partial<LimitValues>>,
  options: SessionOptions,
): Promise<Session> {
  keepHeapSmall();
  await using opened = new AsyncDisposableStack();
  const hasher = await createWhirlpoolHasher({ workers: HASH_WORKERS });
  opened.defer(() => hasher.close());
  const { profile, bytesPerSecond } = options;
  const open = opened.use(await openClient(call, { profile, client: { hasher } }));
  const { client, connection, progress, signal: interrupted } = open;
  const limits = opened.use(new RunLimits(call.options, interrupted));
  const { signal } = limits;
  const isLimited = bytesPerSecond !== undefined && bytesPerSecond !== Infinity;
  const bandwidth = isLimited ? new BandwidthLimit(bytesPerSecond, signal) : undefined;
  const server = { apiUrl: client.apiUrl, apiKey: connection.apiKey?.value };
  const records = new UploadRecords(call.environment.cacheFolder, server);
  const remote = await openSdkRemote(client, { bandwidth, records, note: (line) => progress.note(line) });
  const running = opened.move();
  const tools = { client, progress, signal, limits, remote, bandwidth, hasher, records };
  return { ...tools, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
