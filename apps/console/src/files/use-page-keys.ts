import { useEffect, useRef } from "react";

interface PageKeys {
  search(): void;
  upload(): void;
  newFolder(): void;
  help(): void;
  /** These are keys of the list too, which does not exist in an empty folder. */
  up(): void;
  paste(): void;
  undo(): void;
}

/** Keys that work wherever the focus is, except in a field or a dialog. */
export function usePageKeys(keys: PageKeys): void {
  const current = useRef(keys);
  useEffect(() => void (current.current = keys));
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target, key } = event;
      if (event.defaultPrevented || event.altKey) return;
      if (
        !(target instanceof Element) ||
        target.closest("input, textarea, select, [role=dialog], [role=menu]") !== null
      )
        return;
      const hasControl = event.ctrlKey || event.metaKey;
      const act = hasControl ? controlKey(key, target, current.current) : plainKey(key, target, current.current);
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

function plainKey(key: string, target: Element, { upload, newFolder, help, up }: PageKeys): (() => void) | undefined {
  // Letters find names in the tree.
  if (target.closest("[role=treegrid]") !== null) return undefined;
  const keys: Readonly<Record<string, () => void>> = { u: upload, n: newFolder, "?": help, Backspace: up };
  return keys[key];
}

function controlKey(key: string, target: Element, { search, paste, undo }: PageKeys): (() => void) | undefined {
  const inList = target.closest("[role=grid]") !== null;
  const keys: Readonly<Record<string, () => void>> = inList ? { f: search } : { v: paste, z: undo };
  return keys[key.toLowerCase()];
}
