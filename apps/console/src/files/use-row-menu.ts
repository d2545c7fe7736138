import { useState } from "react";
import type { Entry } from "../api/entries.ts";
import type { MenuPlace } from "./row-context-menu.tsx";
import { isChosen, only, type Selection } from "./selection.ts";

export interface RowMenuState {
  menuAt: MenuPlace | undefined;
  openMenu(entry: Entry, at: MenuPlace): void;
  closeMenu(): void;
}

/** The menu applies to the selection, and a row outside of it becomes the selection. */
export function useRowMenu(
  selection: Selection,
  { select, focusGrid }: { select(selection: Selection): void; focusGrid(): void },
): RowMenuState {
  const [menuAt, setMenuAt] = useState<MenuPlace>();
  return {
    menuAt,
    openMenu: (entry, at) => {
      if (!isChosen(selection, entry.key)) select(only(entry));
      setMenuAt(at);
    },
    closeMenu: () => {
      setMenuAt(undefined);
      // If a command opens a dialog, that has the focus.
      setTimeout(() => document.querySelector(".dialog") === null && focusGrid());
    },
  };
}
