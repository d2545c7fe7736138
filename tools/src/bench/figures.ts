export interface Figure {
  median: number;
  min: number;
  max: number;
  runs: readonly number[];
}

/** Ours compared with a well-known program, measured alternately. For rates more is better, for times less. */
export interface Comparison {
  name: string;
  unit: "MiB/s" | "requests/s" | "s" | "ms";
  referenceName: string;
  ours: Figure;
  reference: Figure;
  /** Computed for each pair of neighbouring runs, so that a machine that slows down affects both. */
  ratio: Figure;
  /** Ours minus the reference, for each pair. */
  difference: Figure;
  /** The lowest rate or highest time that is good enough. Undefined if there is no aim. */
  aim: number | undefined;
  /** What the aim applies to. */
  judged: "ratio" | "difference" | "ours";
}

/** The server's memory during concurrent uploads. */
export interface MemoryReading {
  uploads: number;
  fileBytes: number;
  seconds: number;
  /** Resident memory before the uploads. */
  idleBytes: number;
  /** The median of samples taken during the uploads. */
  medianBytes: number;
  /** The peak, as counted by the kernel. */
  peakBytes: number;
}

/** The longest time an action blocked the server's event loop. */
export interface DelayReading {
  name: string;
  longestMs: number;
  /** The upper limit. */
  aimMs: number;
}

/** A wait that users of a browser notice. */
export interface PageReading {
  name: string;
  unit: "ms" | "times";
  figure: Figure;
  /** The upper limit. */
  aim: number;
  /** What the aim applies to: the median, or every single value. */
  judged: "median" | "max";
}

/** One run of the command line. */
export interface ClientFigures {
  seconds: number;
  /** API calls counted by the server, without transfers of bytes. */
  calls: number;
  /** Calls answered with a lock or another refusal. */
  refused: number;
  /** The client's peak resident memory. */
  peakBytes: number;
}

/** The command line's peak resident memory for one command. */
export interface ClientMemory {
  name: string;
  peakBytes: number;
}

/** A tree of small files, sent by us under the limits of 1fichier.com, and a part of it by rclone without limits. */
export interface SyncReading {
  files: number;
  folders: number;
  fileBytes: number;
  /** Flood control of the server used for our run. */
  limits: "authentic" | "off";
  ours: { first: ClientFigures; again: ClientFigures };
  rclone: { first: ClientFigures; again: ClientFigures };
  /** The factor for rclone's figures: it sent one of this many parts. */
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

/** True if there is no aim. */
export function meetsAim(comparison: Comparison): boolean {
  const { aim, judged } = comparison;
  if (aim === undefined) return true;
  const { median } = comparison[judged];
  return isTime(comparison) ? median <= aim : median >= aim;
}

export const isTime = ({ unit }: Pick<Comparison, "unit">): boolean => unit === "ms" || unit === "s";
