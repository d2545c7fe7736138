export interface Figure {
  median: number;
  min: number;
  max: number;
  runs: readonly number[];
}

/** Ours beside something everybody knows, measured in turns. Of rates more is better, of times less. */
export interface Comparison {
  name: string;
  unit: "MiB/s" | "requests/s" | "s" | "ms";
  referenceName: string;
  ours: Figure;
  reference: Figure;
  /** Of each pair of neighbouring runs, so that a machine that slows down slows both. */
  ratio: Figure;
  /** How much more ours is, of each pair. */
  difference: Figure;
  /** Least of rates, or most of times, that is good enough; undefined where none was set. */
  aim: number | undefined;
  /** What the aim is for. */
  judged: "ratio" | "difference" | "ours";
}

/** What the server held in memory while uploads ran together. */
export interface MemoryReading {
  uploads: number;
  fileBytes: number;
  seconds: number;
  /** Resident memory before the uploads. */
  idleBytes: number;
  /** Of samples taken while they ran. */
  medianBytes: number;
  /** Highest ever, as the kernel counts it. */
  peakBytes: number;
}

/** Longest time for which the server's event loop was held while something was done. */
export interface DelayReading {
  name: string;
  longestMs: number;
  /** At most. */
  aimMs: number;
}

/** What somebody waits for in front of a browser. */
export interface PageReading {
  name: string;
  unit: "ms" | "times";
  figure: Figure;
  /** At most. */
  aim: number;
  /** What the aim is for: the usual time, or every single one. */
  judged: "median" | "max";
}

/** One run of the command line. */
export interface ClientFigures {
  seconds: number;
  /** Of the API, as the server counted them; bytes go elsewhere. */
  calls: number;
  /** Calls answered with a lock, or refused otherwise. */
  refused: number;
  /** Highest resident memory of the client. */
  peakBytes: number;
}

/** Highest resident memory of the command line while it did one thing. */
export interface ClientMemory {
  name: string;
  peakBytes: number;
}

/** A tree of small files sent by us under the original's limits, and a part of it by rclone without any. */
export interface SyncReading {
  files: number;
  folders: number;
  fileBytes: number;
  /** Flood control of the server ours was measured with. */
  limits: "authentic" | "off";
  ours: { first: ClientFigures; again: ClientFigures };
  rclone: { first: ClientFigures; again: ClientFigures };
  /** What rclone's figures are multiplied with: it sent one of so many parts. */
  scale: number;
}

export interface Pair {
  ours: number;
  reference: number;
}

export function figureOf(runs: readonly number[]): Figure {
  if (runs.length === 0) throw new RangeError("A figure needs at least one run.");
  return { median: medianOf(runs), min: Math.min(...runs), max: Math.max(...runs), runs };
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

export function compare(
  head: Pick<Comparison, "name" | "unit" | "referenceName" | "aim"> & Partial<Pick<Comparison, "judged">>,
  pairs: readonly Pair[],
): Comparison {
  return {
    judged: "ratio",
    ...head,
    ours: figureOf(pairs.map((pair) => pair.ours)),
    reference: figureOf(pairs.map((pair) => pair.reference)),
    ratio: figureOf(pairs.map((pair) => pair.ours / pair.reference)),
    difference: figureOf(pairs.map((pair) => pair.ours - pair.reference)),
  };
}

/** True where no aim was set. */
export function meetsAim(comparison: Comparison): boolean {
  const { aim, judged } = comparison;
  if (aim === undefined) return true;
  const { median } = comparison[judged];
  return isTime(comparison) ? median <= aim : median >= aim;
}

export const isTime = ({ unit }: Pick<Comparison, "unit">): boolean => unit === "ms" || unit === "s";
