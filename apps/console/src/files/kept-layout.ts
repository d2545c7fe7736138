const KEPT = "consigne.layout";

/** How a folder is shown: a line for each entry, or a tile with its picture. */
export type Layout = "list" | "tiles";

/** The user's last choice in this browser. */
export function keptLayout(): Layout {
  try {
    return localStorage.getItem(KEPT) === "tiles" ? "tiles" : "list";
  } catch {
    return "list";
  }
}

export function keepLayout(layout: Layout): void {
  try {
    if (layout === "tiles") localStorage.setItem(KEPT, layout);
    else localStorage.removeItem(KEPT);
  } catch {
    // It is kept until the page is closed.
  }
}
