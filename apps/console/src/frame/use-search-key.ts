import { useEffect } from "react";
import { useLocation } from "wouter";
import { SEARCH } from "../search/search-route.ts";

/** `/` opens the search from every page, except in a field, a dialog or a menu. */
export function useSearchKey(): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target, key } = event;
      if (key !== "/" || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
      if (target instanceof Element && target.closest("input, textarea, select, [role=dialog], [role=menu]") !== null)
        return;
      event.preventDefault();
      navigate(SEARCH);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate]);
}
