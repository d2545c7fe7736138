import { lastStep, type Place, placesAbove } from "../api/place.ts";
import { sharedRoute } from "../shared/shared-route.ts";
import { routeOf } from "./folder-path.ts";

/** Of the page that shows a folder. */
export const routeOfPlace = (place: Place): string =>
  place.kind === "own" ? routeOf(place.path) : sharedRoute(lastStep(place).id);

/** Of the folder above, or of the list of all that others share; undefined for one's own root. */
export function routeAbove(place: Place): string | undefined {
  const above = placesAbove(place).at(-1);
  if (above !== undefined) return routeOfPlace(above);
  return place.kind === "shared" ? sharedRoute() : undefined;
}

export const hrefOfPlace = (place: Place): string => `#${routeOfPlace(place)}`;
