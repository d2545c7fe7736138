import { parseArgs } from "node:util";

export const partNames = [
  "upload",
  "tus",
  "peers",
  "trees",
  "flush",
  "writes",
  "far",
  "download",
  "requests",
  "memory",
  "delay",
  "client",
  "sync",
  "start",
  "remote",
  "pages",
] as const;
export type PartName = (typeof partNames)[number];

export interface BenchOptions {
  /** Small sizes and short runs, to show that everything works. The figures mean nothing. */
  isQuick: boolean;
  parts: readonly PartName[];
  /** The folder for `performance.json` and `performance.md`. Undefined: only printed. */
  outputFolder: string | undefined;
  /** If false, missing programs are not installed. */
  mayInstall: boolean;
}

export const usage = `npm run bench -- [options] [PART...]

  --quick           small sizes, to see that it runs
  PART              one of: ${partNames.join(", ")}
  --only PART,...   the same
  --out FOLDER      write performance.json and performance.md there;
                    docs is the default of a run that is neither quick nor partial
  --no-install      do not install missing programs
`;

/** @throws {TypeError} naming what is wrong with the arguments */
export function readBenchOptions(args: readonly string[], documentation: string): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowNegative: true,
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      out: { type: "string" },
      install: { type: "boolean", default: true },
    },
  });
  const isPartial = values.only !== undefined || positionals.length > 0;
  return {
    isQuick: values.quick,
    parts: isPartial ? partsOf([...(values.only?.split(",") ?? []), ...positionals]) : partNames,
    outputFolder: values.out ?? (values.quick || isPartial ? undefined : documentation),
    mayInstall: values.install,
  };
}

function partsOf(names: readonly string[]): PartName[] {
  const wanted = new Set(names.map((name) => name.trim()));
  const known = partNames.filter((name) => wanted.delete(name));
  if (wanted.size > 0) throw new TypeError(`There is no part ${[...wanted].join(", ")}.`);
  return known;
}
