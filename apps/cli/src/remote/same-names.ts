import { fromRemoteName } from "@consigne/contract/remote-names";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";

/** One of several sources, as the person wrote it, and where it would come to lie. */
export interface PlacedSource {
  source: string;
  target: string;
}

/**
 * Several sources of one command are held against each other before anything is sent, fetched or moved: the later one
 * would take the place of the earlier one, or stand beside it under a name that leads to one of them only.
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
