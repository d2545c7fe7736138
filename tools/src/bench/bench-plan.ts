const MIB = 1024 * 1024;

/** How much is measured. A round is a pair: ours and the reference, one after the other. */
export interface BenchPlan {
  fileBytes: number;
  uploadRounds: number;
  downloadRounds: number;
  requestRounds: number;
  secondsOfRequests: number;
  /** Seconds before the measured ones, not counted. */
  secondsOfWarmUp: number;
  uploadsTogether: number;
  /** One run for each size, each on a fresh server. */
  togetherFileBytes: readonly number[];
  /** Entries of one folder, for the longest delay of the event loop. */
  listedFiles: number;
  clientRounds: number;
  peerRounds: number;
  /** Trees of small files, compared with copyparty's client: how many folders, and how many rounds each. */
  trees: readonly { folders: number; rounds: number }[];
  /** Rounds with a slow disk. */
  flushRounds: number;
  /** Bytes sent over a long line that loses packets. */
  farBytes: number;
  farRounds: number;
  startRounds: number;
  /** Starts measured together, because the kernel counts processor time in steps of 10 ms. */
  startsInRound: number;
  /** Flood control of the server used to measure `consigne sync`. */
  syncLimits: "authentic" | "off";
  syncFolders: number;
  syncFilesInFolder: number;
  syncFileBytes: number;
  /** How many of the folders rclone sends. */
  rcloneFolders: number;
  remoteRounds: number;
  /** Remote uploads that wait while calls are measured. */
  queuedRemotes: number;
  tinyRemotes: number;
  /** Files in the two folders opened in the console, the smaller one first. */
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
  // Waiting at the pace of 1fichier.com would take most of a quick run.
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

/** The most bytes in the temporary folder at any time. */
export function neededDiskBytes(plan: BenchPlan): number {
  const alone = plan.fileBytes * (plan.uploadRounds + 2);
  const together = Math.max(...plan.togetherFileBytes) * (plan.uploadsTogether + 1);
  const fetched = plan.fileBytes * (2 * plan.remoteRounds + 1);
  return Math.max(alone, together, fetched);
}
