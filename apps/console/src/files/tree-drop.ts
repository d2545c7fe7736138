import { type DragEvent, type RefObject, useState } from "react";
import type { Place } from "../api/place.ts";
import { entriesOf } from "../uploads/dropped-files.ts";
import { useUploads } from "../uploads/uploads-provider.tsx";
import { routeOfPlace } from "./place-route.ts";
import type { Dragged } from "./row-drag.ts";
import { rightsIn } from "./rights.ts";
import { type TreeNode, wayTo } from "./tree-data.ts";

/** For the line of a folder in the tree: accepts rows of the list, which are moved there, and files of the desktop. */
export function useTreeDrop(node: TreeNode, shown: Place, dragged: RefObject<Dragged | undefined>) {
  const uploads = useUploads();
  const [isOver, setOver] = useState(false);
  const effectOf = ({ dataTransfer }: DragEvent): "move" | "copy" | undefined => {
    if (dragged.current !== undefined) return mayTake(dragged.current, node, shown) ? "move" : undefined;
    return dataTransfer.types.includes("Files") && rightsIn(node.place, undefined).mayFill ? "copy" : undefined;
  };
  return {
    "data-drop": isOver || undefined,
    onDragOver: (event: DragEvent) => {
      const effect = effectOf(event);
      if (effect === undefined) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = effect;
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false);
      const effect = effectOf(event);
      if (effect === undefined) return;
      event.preventDefault();
      if (effect === "copy") return uploads.drop(entriesOf(event.dataTransfer), node.place);
      const rows = dragged.current;
      dragged.current = undefined;
      rows?.moveTo(node.place);
    },
  };
}

/** Not where it already is, and nothing into itself or its contents. */
function mayTake({ chosen }: Dragged, { place, keys }: TreeNode, shown: Place): boolean {
  const depth = wayTo(place).findIndex((each) => routeOfPlace(each) === routeOfPlace(shown));
  if (depth === -1) return true;
  const key = keys[depth];
  return key !== undefined && !chosen.has(key);
}
