import { type DragEvent, useRef, useState } from "react";
import type { Entry } from "../api/entries.ts";
import { useText } from "../texts/use-text.ts";

/** Tells rows of ours from files of the desktop, which are uploaded. */
const TYPE = "application/x-consigne-entries";

export interface DropTarget {
  /** Of its own among all that something can be dropped on. */
  key: string;
  /** Moves what was dragged there. */
  take(entries: readonly Entry[]): void;
}

export interface RowDrag {
  /** For the row of an entry. */
  source(entry: Entry): { draggable: true; onDragStart(event: DragEvent): void; onDragEnd(): void };
  /** For a folder, wherever it is shown. Nothing goes into itself. */
  target(target: DropTarget): {
    "data-drop": true | undefined;
    onDragOver(event: DragEvent): void;
    onDragLeave(): void;
    onDrop(event: DragEvent): void;
  };
}

/**
 * Dragging rows onto folders. Cutting and pasting is the same by keyboard.
 * @param chosen what goes along with the row that is dragged
 */
export function useRowDrag(chosen: (entry: Entry) => readonly Entry[]): RowDrag {
  const { text } = useText();
  const dragged = useRef<readonly Entry[]>(undefined);
  const [over, setOver] = useState<string>();
  const end = () => {
    dragged.current = undefined;
    setOver(undefined);
  };
  return {
    source: (entry) => ({
      draggable: true,
      onDragStart: ({ dataTransfer }) => {
        const entries = chosen(entry);
        dragged.current = entries;
        dataTransfer.effectAllowed = "move";
        dataTransfer.setData(TYPE, String(entries.length));
        dataTransfer.setData("text/plain", text("drag.count", { count: entries.length, name: entries[0]?.name ?? "" }));
      },
      onDragEnd: end,
    }),
    target: ({ key, take }) => {
      const takes = () => dragged.current?.every((entry) => entry.key !== key) === true;
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
          if (!takes()) return;
          event.preventDefault();
          event.stopPropagation();
          const entries = dragged.current ?? [];
          end();
          take(entries);
        },
      };
    },
  };
}
