import { SourcePlaces } from "@consigne/launcher/source-places";

/** What is told of a mistake of our own: places in the joined program as those in its sources. */
export function bugText(error: unknown): string {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `consigne: this is a bug in consigne; please report it with the lines below.\n${new SourcePlaces().inText(told)}`;
}
