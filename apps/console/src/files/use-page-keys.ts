import { useEffect, useRef } from "react";

interface PageKeys {
  search(): void;
  upload(): void;
  newFolder(): void;
  help(): void;
}

/** Keys that hold wherever the focus is, short of a field or a dialog. */
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
      const { search, upload, newFolder, help } = current.current;
      const isFind =
        (event.ctrlKey || event.metaKey) && key.toLowerCase() === "f" && target.closest("[role=grid]") !== null;
      const plain: Readonly<Record<string, () => void>> = { "/": search, u: upload, n: newFolder, "?": help };
      const act = isFind ? search : event.ctrlKey || event.metaKey ? undefined : plain[key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
