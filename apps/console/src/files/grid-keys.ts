import type { KeyboardEvent } from "react";
import type { Entry } from "../api/entries.ts";
import type { MenuPlace } from "./row-context-menu.tsx";

/** The commands for rows and keys of the list. */
export interface GridCommands {
  open(entry: Entry): void;
  /** For a double click: the contents of a file, if the page can show it. */
  look(entry: Entry): void;
  choose(entry: Entry): void;
  toggle(entry: Entry): void;
  /** Extends the selection from its start, or else from a position, to another. */
  extendTo(index: number, from?: number): void;
  selectAll(): void;
  clear(): void;
  up(): void;
  /** This and the following apply to the selection, else to the focused entry: for a key, that of its event. */
  rename(focused?: Entry): void;
  remove(focused?: Entry): void;
  copyLinks(focused?: Entry): void;
  cut(focused?: Entry): void;
  paste(): void;
  undo(): void;
  /** The menu for the selection that contains this row. */
  menu(entry: Entry, at: MenuPlace): void;
}

/** Keys of commands that a list does not have are left to the browser. */
type SomeCommands = Partial<GridCommands> &
  Pick<GridCommands, "open" | "rename" | "remove" | "copyLinks" | "undo" | "menu">;

interface Place {
  index: number;
  total: number;
  pageRows: number;
  /** Entries per row. */
  columns: number;
  entry: Entry | undefined;
  /** Returns the new position. */
  goTo(index: number): number;
}

/**
 * Runs the command of a key in the list, for the entry whose element received it: the list may not have been rendered
 * since that got the focus.
 */
export function gridKeys(
  event: KeyboardEvent,
  drawn: Place,
  entryAt: (index: number) => Entry | undefined,
  commands: SomeCommands,
): void {
  // A button of a row has its own keys.
  const { target } = event;
  if (event.altKey || (target instanceof HTMLElement && target.closest("button, input") !== null)) return;
  const index = indexOfElement(target) ?? drawn.index;
  const place = { ...drawn, index, entry: entryAt(index) };
  const hasControl = event.ctrlKey || event.metaKey;
  const action = hasControl ? controlKey(event.key, place, commands) : plainKey(event, place, commands);
  if (action === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

function indexOfElement(target: EventTarget): number | undefined {
  const index = target instanceof Element ? target.closest<HTMLElement>("[data-index]")?.dataset["index"] : undefined;
  return index === undefined ? undefined : Number(index);
}

function controlKey(key: string, { entry }: Place, commands: SomeCommands): (() => void) | undefined {
  const { selectAll, copyLinks, cut, paste, undo } = commands;
  const actions: Readonly<Record<string, (() => void) | undefined>> = {
    a: selectAll,
    c: () => copyLinks(entry),
    x: cut && (() => cut(entry)),
    v: paste,
    z: undo,
  };
  // If text is selected, the key copies that.
  if (key === "c" && getSelection()?.isCollapsed === false) return undefined;
  return actions[key.toLowerCase()];
}

function plainKey(event: KeyboardEvent, place: Place, commands: SomeCommands): (() => void) | undefined {
  const target = targetOf(event.key, place);
  if (target !== undefined) {
    return () => {
      const index = place.goTo(target);
      if (event.shiftKey) commands.extendTo?.(index, place.index);
    };
  }
  const { entry } = place;
  if (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10"))
    return () => entry !== undefined && commands.menu(entry, placeBelow(event.target));
  const { toggle } = commands;
  switch (event.key) {
    case " ":
      return toggle && (() => entry !== undefined && toggle(entry));
    case "Enter":
      return () => entry !== undefined && commands.open(entry);
    case "Backspace":
      return commands.up;
    case "F2":
      return () => commands.rename(entry);
    case "Delete":
      return () => commands.remove(entry);
    case "Escape":
      return commands.clear;
    default:
      return undefined;
  }
}

/** In a row, where its name begins. */
function placeBelow(target: EventTarget): MenuPlace {
  const box = target instanceof Element ? target.getBoundingClientRect() : undefined;
  return { x: (box?.left ?? 0) + 48, y: box?.bottom ?? 0 };
}

function targetOf(key: string, { index, total, pageRows, columns }: Place): number | undefined {
  /** Moves down or up by rows; in the same column if possible. */
  const further = (rows: number): number => {
    const most = Math.floor((total - 1) / columns) - Math.floor(index / columns);
    const least = -Math.floor(index / columns);
    return Math.min(total - 1, index + Math.max(least, Math.min(most, rows)) * columns);
  };
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: further(1),
    ArrowUp: further(-1),
    PageDown: further(pageRows),
    PageUp: further(-pageRows),
    Home: 0,
    End: total - 1,
    ...(columns > 1 ? { ArrowRight: index + 1, ArrowLeft: index - 1 } : {}),
  };
  return targets[key];
}
