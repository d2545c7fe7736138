import { type DragEvent, type RefObject, useState } from "react";
import { ownPlace } from "../api/place.ts";
import { entriesOf } from "../uploads/dropped-files.ts";
import { useUploads } from "../uploads/uploads-provider.tsx";
import type { Dragged } from "./row-drag.ts";
import type { TreeNode } from "./tree-data.ts";

/** For the line of a folder in the tree: takes rows of the list, which move there, and files of the desktop. */
export function useTreeDrop(node: TreeNode, shown: readonly string[], dragged: RefObject<Dragged | undefined>) {
  const uploads = useUploads();
  const [isOver, setOver] = useState(false);
  const effectOf = ({ dataTransfer }: DragEvent): "move" | "copy" | undefined => {
    if (dragged.current !== undefined) return mayTake(dragged.current, node, shown) ? "move" : undefined;
    return dataTransfer.types.includes("Files") ? "copy" : undefined;
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
      if (effect === "copy") return uploads.drop(entriesOf(event.dataTransfer), ownPlace(node.path));
      const rows = dragged.current;
      dragged.current = undefined;
      rows?.moveTo(ownPlace(node.path));
    },
  };
}

/** Not where it lies already, and nothing into itself or what is in it. */
function mayTake({ chosen }: Dragged, { path, keys }: TreeNode, shown: readonly string[]): boolean {
  const isBelow = shown.every((name, depth) => path[depth] === name);
  if (!isBelow) return true;
  const key = keys[shown.length];
  return key !== undefined && !chosen.has(key);
}
