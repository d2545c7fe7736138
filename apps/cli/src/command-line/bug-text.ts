import { SourcePlaces } from "@consigne/launcher/source-places";

/** The text shown for a bug, with places in the bundled program replaced by places in its sources. */
export function bugText(error: unknown): string {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `consigne: this is a bug in consigne; please report it with the lines below.\n${new SourcePlaces().inText(told)}`;
}
