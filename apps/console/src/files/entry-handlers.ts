import type { DragEvent, MouseEvent, RefObject } from "react";
import type { Entry, FolderItem } from "../api/entries.ts";
import type { Chosen } from "./chosen.ts";
import type { GridCommands } from "./grid-keys.ts";
import { useLongPress } from "./long-press.ts";
import type { MenuPlace } from "./row-context-menu.tsx";
import type { RowDrag } from "./row-drag.ts";

/** The actions for entries of a list, and their conditions. */
export interface EntryActions {
  hasSelection: boolean;
  /** Makes the entry at this position the tab stop. */
  point(index: number): void;
  commands: GridCommands;
  drag: RowDrag;
  /** Moves entries that are dropped on a folder into it. */
  onDropInto(folder: FolderItem, chosen: Chosen): void;
}

interface Input {
  index: number;
  /** Undefined while its part is loading. */
  entry: Entry | undefined;
  /** It may be moved elsewhere. */
  mayMove: boolean;
  /** The current actions of the list; they change with each rendering, which must not re-render every entry. */
  actions: RefObject<EntryActions>;
}

/** Mouse, touch and drag handlers for the element of an entry. The list handles keys. */
export function useEntryHandlers({ index, entry, mayMove, actions }: Input) {
  const point = () => actions.current.point(index);
  const askMenu = (at: MenuPlace) => {
    if (entry === undefined) return;
    point();
    actions.current.commands.menu(entry, at);
  };
  const { hasFired, ...press } = useLongPress(askMenu);
  const onClick = (event: MouseEvent) => {
    if (entry === undefined || isPlainLink(event)) return;
    event.preventDefault();
    if (hasFired()) return;
    point();
    const { target } = event;
    const { commands, hasSelection } = actions.current;
    const isOn = (selector: string) => target instanceof Element && target.closest(selector) !== null;
    if (event.shiftKey) return commands.extendTo(index);
    if (isOn("[data-check]") || event.ctrlKey || event.metaKey) return commands.toggle(entry);
    const isTouch = "pointerType" in event.nativeEvent && event.nativeEvent.pointerType === "touch";
    if (isTouch && hasSelection) return commands.toggle(entry);
    if (isTouch || isOn("a")) return commands.open(entry);
    commands.choose(entry);
  };
  return {
    onClick,
    onDoubleClick: () => entry !== undefined && actions.current.commands.look(entry),
    onFocus: point,
    onContextMenu: (event: MouseEvent) => {
      event.preventDefault();
      if (!hasFired()) askMenu({ x: event.clientX, y: event.clientY });
    },
    ...press,
    ...(entry === undefined || !mayMove ? {} : dragOf(entry, actions)),
    ...(entry?.kind === "folder" ? dropOn(entry, actions) : {}),
  };
}

const dragOf = (entry: Entry, actions: RefObject<EntryActions>) => ({
  draggable: true,
  onDragStart: (event: DragEvent) => actions.current.drag.begin(entry, event),
  onDragEnd: () => actions.current.drag.end(),
});

function dropOn(folder: FolderItem, actions: RefObject<EntryActions>) {
  const target = () => {
    const { drag, onDropInto } = actions.current;
    return drag.target({ key: folder.key, isListed: true, take: (chosen) => onDropInto(folder, chosen) });
  };
  return {
    onDragOver: (event: DragEvent) => target().onDragOver(event),
    onDragLeave: () => target().onDragLeave(),
    onDrop: (event: DragEvent) => target().onDrop(event),
  };
}

/** With these keys a browser opens a link elsewhere, as for every other link. */
const isPlainLink = (event: MouseEvent): boolean =>
  (event.ctrlKey || event.metaKey || event.button !== 0) &&
  event.target instanceof Element &&
  event.target.closest("a[href]") !== null;
