import type { Finished } from "../_programs.ts";

/** A machine of another kind, played by this one, that runs the command line. */
export interface OtherMachine extends AsyncDisposable {
  /** A folder of this machine that the other one has too. */
  readonly folder: string;
  /** How the other machine calls a path below `folder`. */
  pathOf(path: string): string;
  /** Runs the command line to its end. */
  consigne(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<Finished>;
}
