import { fromRemoteName } from "@consigne/contract/remote-names";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";

/** One of several sources, as the user wrote it, and its destination. */
export interface PlacedSource {
  source: string;
  target: string;
}

/**
 * Compares the sources of one command before anything is sent, downloaded or moved: otherwise a later one would replace
 * an earlier one, or two would share a name that leads to only one of them.
 * @throws {CliError} `conflict`, with both sources
 */
export function refuseSameNames(
  placed: Iterable<PlacedSource>,
  keyOf: (target: string) => string = (target) => target.split("/").map(fromRemoteName).join("/"),
): void {
  const first = new Map<string, string>();
  for (const { source, target } of placed) {
    const key = keyOf(target);
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, source);
      continue;
    }
    const who = other === source ? `${visible(source)} is named twice` : `${visible(other)} and ${visible(source)}`;
    const what = other === source ? "" : ` would both become ${visible(target)}`;
    throw new CliError("conflict", `${who}${what}; nothing was changed.`, { exitCode: exitCodes.conflict });
  }
}
