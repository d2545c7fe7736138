import type { Finished } from "../_programs.ts";

/** Another kind of machine, emulated by this one, that runs the command line. */
export interface OtherMachine extends AsyncDisposable {
  /** A folder of this machine that the other one can access. */
  readonly folder: string;
  /** The other machine's path for a path below `folder`. */
  pathOf(path: string): string;
  /** Runs the command line to its end. */
  consigne(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<Finished>;
}
