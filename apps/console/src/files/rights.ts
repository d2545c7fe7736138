import type { SharedRight } from "@consigne/sdk";
import type { Place } from "../api/place.ts";

/** What whoever looks may do in a folder. */
export interface Rights {
  /** Their e-mail address, where it is somebody else's: links, attributes, versions and the trash are for them. */
  readonly owner: string | undefined;
  /** To put files and folders in. */
  readonly mayFill: boolean;
  /** To rename, move and remove. */
  readonly mayChange: boolean;
  readonly hasLinks: boolean;
}

const OWN: Rights = { owner: undefined, mayFill: true, mayChange: true, hasLinks: true };

/** @param told of a folder of somebody else's, with the list last */
export function rightsIn(place: Place, told: SharedRight | undefined): Rights {
  if (place.kind === "own") return OWN;
  const { owner, canWrite, hidesLinks } = told ?? place.right;
  // A file without a link has no name by which a change could be asked for.
  return { owner, mayFill: canWrite, mayChange: canWrite && !hidesLinks, hasLinks: !hidesLinks };
}
