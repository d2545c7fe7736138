import { type DragEvent, type RefObject, useState } from "react";
import type { Entry } from "../api/entries.ts";
import type { Place } from "../api/place.ts";
import { withoutIsolates } from "../texts/isolates.ts";
import { useText } from "../texts/use-text.ts";
import type { Chosen } from "./chosen.ts";

/** Distinguishes our rows from files of the desktop, which are uploaded. */
const TYPE = "application/x-consigne-entries";

/** Rows being dragged. */
export interface Dragged {
  chosen: Chosen;
  moveTo(place: Place): void;
}

export interface DropTarget {
  /** Unique among all drop targets. */
  key: string;
  /** It is an entry of the list, so it may be dragged itself. */
  isListed: boolean;
  /** Moves what was dragged there. */
  take(chosen: Chosen): void;
}

export interface RowDrag {
  begin(entry: Entry, event: DragEvent): void;
  end(): void;
  /** Something is dragged over the target with this key. */
  isOver(key: string): boolean;
  /** For a folder, wherever it is shown. Nothing can be dropped into itself. */
  target(target: DropTarget): {
    "data-drop": true | undefined;
    onDragOver(event: DragEvent): void;
    onDragLeave(): void;
    onDrop(event: DragEvent): void;
  };
}

/**
 * Dragging rows onto folders. Cutting and pasting does the same by keyboard.
 * @param page what is moved together with the dragged row, and how
 * @param dragged what is currently being dragged
 */
export function useRowDrag(
  page: { withSelected(entry: Entry): Chosen; moveTo(chosen: Chosen, place: Place): Promise<void> },
  dragged: RefObject<Dragged | undefined>,
): RowDrag {
  const { text } = useText();
  const [over, setOver] = useState<string>();
  const end = () => {
    dragged.current = undefined;
    setOver(undefined);
  };
  return {
    begin: (entry, { dataTransfer }) => {
      const chosen = page.withSelected(entry);
      dragged.current = { chosen, moveTo: (place) => void page.moveTo(chosen, place) };
      dataTransfer.effectAllowed = "move";
      dataTransfer.setData(TYPE, String(chosen.count));
      dataTransfer.setData(
        "text/plain",
        withoutIsolates(text("drag.count", { count: chosen.count, name: chosen.known[0]?.name ?? "" })),
      );
    },
    end,
    isOver: (key) => over === key,
    target: ({ key, isListed, take }) => {
      const takes = () => dragged.current !== undefined && !(isListed && dragged.current.chosen.has(key));
      return {
        "data-drop": over === key || undefined,
        onDragOver: (event) => {
          if (!takes()) return;
          event.preventDefault();
          event.dataTransfer.dropEffect = "move";
          setOver(key);
        },
        onDragLeave: () => setOver((before) => (before === key ? undefined : before)),
        onDrop: (event) => {
          const chosen = dragged.current?.chosen;
          if (chosen === undefined || !takes()) return;
          event.preventDefault();
          event.stopPropagation();
          end();
          take(chosen);
        },
      };
    },
  };
}
