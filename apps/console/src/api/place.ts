import type { FolderPlace, SharedRight } from "@consigne/sdk";

/** A folder that somebody else shares, or one inside it. */
export interface SharedStep {
  id: number;
  name: string;
}

/**
 * A folder as pages show it. The user's own is identified by the names from the root, as in its address. Somebody
 * else's is identified by its id: what is above a shared folder is unknown, and its owner may rename it.
 */
export type Place =
  | { readonly kind: "own"; readonly path: readonly string[] }
  | {
      readonly kind: "shared";
      /** From the shared folder down to this one. */
      readonly steps: readonly [SharedStep, ...SharedStep[]];
      /** The right last reported for this folder or one above it. A listing updates it. */
      readonly right: SharedRight;
    };

export const ownPlace = (path: readonly string[]): Place => ({ kind: "own", path });

/** The folder itself. */
export const lastStep = ({ steps }: Extract<Place, { kind: "shared" }>): SharedStep => steps.at(-1) ?? steps[0];

/** Unique among all folders. */
export const keyOfPlace = (place: Place): string =>
  place.kind === "own" ? `/${place.path.join("/")}` : `#${lastStep(place).id}`;

/** In the form that the API takes. */
export const wirePlace = (place: Place): FolderPlace =>
  place.kind === "own" ? `/${place.path.join("/")}` : lastStep(place).id;

/** Undefined for the user's own root, which has no name. */
export const nameOfPlace = (place: Place): string | undefined =>
  place.kind === "own" ? place.path.at(-1) : lastStep(place).name;

/** A subfolder. */
export function placeBelow(place: Place, { id, name }: SharedStep): Place {
  if (place.kind === "own") return ownPlace([...place.path, name]);
  return { ...place, steps: [...place.steps, { id, name }] };
}

/** Its parents as far as they are visible, topmost first. */
export function placesAbove(place: Place): Place[] {
  if (place.kind === "own") return place.path.map((_, depth) => ownPlace(place.path.slice(0, depth)));
  const [top, ...others] = place.steps;
  return place.steps.slice(1).map((_, depth) => ({ ...place, steps: [top, ...others.slice(0, depth)] }));
}
