import type { SharedRight } from "@consigne/sdk";
import type { Place } from "../api/place.ts";

/** What the user may do in a folder. */
export interface Rights {
  /**
   * E-mail address of the owner, if it is somebody else's: links, attributes, versions and the trash are only for the
   * owner.
   */
  readonly owner: string | undefined;
  /** May add files and folders. */
  readonly mayFill: boolean;
  /** May rename, move and remove. */
  readonly mayChange: boolean;
  readonly hasLinks: boolean;
}

const OWN: Rights = { owner: undefined, mayFill: true, mayChange: true, hasLinks: true };

/** @param told the rights in somebody else's folder, as last reported with the list */
export function rightsIn(place: Place, told: SharedRight | undefined): Rights {
  if (place.kind === "own") return OWN;
  const { owner, canWrite, hidesLinks } = told ?? place.right;
  // A file without a link has no id for requesting a change.
  return { owner, mayFill: canWrite, mayChange: canWrite && !hidesLinks, hasLinks: !hidesLinks };
}
