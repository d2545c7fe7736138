const MIB = 1024 * 1024;

/** How much is measured. Rounds are pairs: ours and the reference, one after the other. */
export interface BenchPlan {
  fileBytes: number;
  uploadRounds: number;
  downloadRounds: number;
  requestRounds: number;
  secondsOfRequests: number;
  /** Before them, and not counted. */
  secondsOfWarmUp: number;
  uploadsTogether: number;
  /** One run for each size, each on a fresh server. */
  togetherFileBytes: readonly number[];
  /** In one folder, for the longest delay of the event loop. */
  listedFiles: number;
  clientRounds: number;
  peerRounds: number;
  /** Trees of small files beside copyparty's client: how many folders, and how often each. */
  trees: readonly { folders: number; rounds: number }[];
  /** With a slow disk. */
  flushRounds: number;
  /** Bytes that go over a long line that loses packets. */
  farBytes: number;
  farRounds: number;
  startRounds: number;
  /** Measured as one: the kernel counts processor time in steps of 10 ms. */
  startsInRound: number;
  /** Flood control of the server that `consigne sync` is measured with. */
  syncLimits: "authentic" | "off";
  syncFolders: number;
  syncFilesInFolder: number;
  syncFileBytes: number;
  /** Of the folders, how many rclone gets. */
  rcloneFolders: number;
  remoteRounds: number;
  /** Remote uploads that wait while calls are measured. */
  queuedRemotes: number;
  tinyRemotes: number;
  /** Files in the folders that are looked at in the console, the smaller one first. */
  consoleFolders: readonly [number, number];
  pageRounds: number;
  scrolledMs: number;
}

export const fullPlan: BenchPlan = {
  fileBytes: 1024 * MIB,
  uploadRounds: 5,
  downloadRounds: 9,
  requestRounds: 5,
  secondsOfRequests: 3,
  secondsOfWarmUp: 1,
  uploadsTogether: 20,
  togetherFileBytes: [64 * MIB, 256 * MIB],
  listedFiles: 100_000,
  clientRounds: 3,
  peerRounds: 7,
  trees: [
    { folders: 40, rounds: 7 },
    { folders: 400, rounds: 2 },
  ],
  flushRounds: 3,
  farBytes: 48 * MIB,
  farRounds: 2,
  startRounds: 7,
  startsInRound: 10,
  syncLimits: "authentic",
  syncFolders: 40,
  syncFilesInFolder: 50,
  syncFileBytes: 10 * 1024,
  rcloneFolders: 1,
  remoteRounds: 3,
  queuedRemotes: 10_000,
  tinyRemotes: 1000,
  consoleFolders: [10_000, 1_000_000],
  pageRounds: 9,
  scrolledMs: 3000,
};

export const quickPlan: BenchPlan = {
  fileBytes: 8 * MIB,
  uploadRounds: 1,
  downloadRounds: 1,
  requestRounds: 1,
  secondsOfRequests: 1,
  secondsOfWarmUp: 0,
  uploadsTogether: 3,
  togetherFileBytes: [1 * MIB, 4 * MIB],
  listedFiles: 1000,
  clientRounds: 1,
  peerRounds: 1,
  trees: [{ folders: 2, rounds: 1 }],
  flushRounds: 1,
  farBytes: 1 * MIB,
  farRounds: 1,
  startRounds: 1,
  startsInRound: 2,
  // The pace of the original would be most of a quick run.
  syncLimits: "off",
  syncFolders: 4,
  syncFilesInFolder: 5,
  syncFileBytes: 1024,
  rcloneFolders: 1,
  remoteRounds: 1,
  queuedRemotes: 60,
  tinyRemotes: 20,
  consoleFolders: [600, 1200],
  pageRounds: 1,
  scrolledMs: 200,
};

/** Most that lies in the temporary folder at once. */
export function neededDiskBytes(plan: BenchPlan): number {
  const alone = plan.fileBytes * (plan.uploadRounds + 2);
  const together = Math.max(...plan.togetherFileBytes) * (plan.uploadsTogether + 1);
  const fetched = plan.fileBytes * (2 * plan.remoteRounds + 1);
  return Math.max(alone, together, fetched);
}
