import { type RefObject, useRef, useState } from "react";
import type { SortKey } from "../api/entries.ts";
import type { Chosen } from "./chosen.ts";
import { storeLayout, storedLayout, type Layout } from "./stored-layout.ts";
import type { Dragged } from "./row-drag.ts";

export interface SortOrder {
  sort: SortKey;
  order: "asc" | "desc";
}

/** Entries that were cut, to be pasted into another folder. */
export interface CutEntries {
  chosen: Chosen;
  folderId: number;
}

/** State that is kept while moving between folders. */
export interface FolderState {
  sorted: SortOrder;
  onSorted(sorted: SortOrder): void;
  cut: CutEntries | undefined;
  onCut(cut: CutEntries | undefined): void;
  /** Rows being dragged, for the folder tree too. */
  dragged: RefObject<Dragged | undefined>;
  layout: Layout;
  onLayout(layout: Layout): void;
}

export function useFolderState(): FolderState {
  const [sorted, onSorted] = useState<SortOrder>({ sort: "name", order: "asc" });
  const [cut, onCut] = useState<CutEntries>();
  const dragged = useRef<Dragged>(undefined);
  const [layout, setLayout] = useState(storedLayout);
  const onLayout = (chosen: Layout) => {
    setLayout(chosen);
    storeLayout(chosen);
  };
  return { sorted, onSorted, cut, onCut, dragged, layout, onLayout };
}
