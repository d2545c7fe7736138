import { lastStep, type Place, placesAbove } from "../api/place.ts";
import { sharedRoute } from "../shared/shared-route.ts";
import { routeOf } from "./folder-path.ts";

/** Route of the page that shows a folder. */
export const routeOfPlace = (place: Place): string =>
  place.kind === "own" ? routeOf(place.path) : sharedRoute(lastStep(place).id);

/** Route of the parent folder, or of the list of everything that others share; undefined for the user's own root. */
export function routeAbove(place: Place): string | undefined {
  const above = placesAbove(place).at(-1);
  if (above !== undefined) return routeOfPlace(above);
  return place.kind === "shared" ? sharedRoute() : undefined;
}

export const hrefOfPlace = (place: Place): string => `#${routeOfPlace(place)}`;
