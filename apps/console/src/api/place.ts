import type { FolderPlace, SharedRight } from "@consigne/sdk";

/** A folder that somebody else shares, or one that lies in it. */
export interface SharedStep {
  id: number;
  name: string;
}

/**
 * A folder as pages show it. One's own is told by the names from the root, as its address has them. Somebody else's is told
 * by its id: what lies above a shared folder is not told, and its owner may rename it.
 */
export type Place =
  | { readonly kind: "own"; readonly path: readonly string[] }
  | {
      readonly kind: "shared";
      /** From the folder that is shared down to this one. */
      readonly steps: readonly [SharedStep, ...SharedStep[]];
      /** As it was told of this folder, or of one above; a listing tells it anew. */
      readonly right: SharedRight;
    };

export const ownPlace = (path: readonly string[]): Place => ({ kind: "own", path });

/** The folder itself. */
export const lastStep = ({ steps }: Extract<Place, { kind: "shared" }>): SharedStep => steps.at(-1) ?? steps[0];

/** Of its own among all folders. */
export const keyOfPlace = (place: Place): string =>
  place.kind === "own" ? `/${place.path.join("/")}` : `#${lastStep(place).id}`;

/** As the calls take it. */
export const wirePlace = (place: Place): FolderPlace =>
  place.kind === "own" ? `/${place.path.join("/")}` : lastStep(place).id;

/** Undefined for one's own root, which has none. */
export const nameOfPlace = (place: Place): string | undefined =>
  place.kind === "own" ? place.path.at(-1) : lastStep(place).name;

/** A folder in it. */
export function placeBelow(place: Place, { id, name }: SharedStep): Place {
  if (place.kind === "own") return ownPlace([...place.path, name]);
  return { ...place, steps: [...place.steps, { id, name }] };
}

/** Those that it lies in, the highest first, as far as they can be seen. */
export function placesAbove(place: Place): Place[] {
  if (place.kind === "own") return place.path.map((_, depth) => ownPlace(place.path.slice(0, depth)));
  const [top, ...others] = place.steps;
  return place.steps.slice(1).map((_, depth) => ({ ...place, steps: [top, ...others.slice(0, depth)] }));
}
