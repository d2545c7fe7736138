const KEY = "consigne.layout";

/** How a folder is shown: a line for each entry, or a tile with its picture. */
export type Layout = "list" | "tiles";

/** The user's last choice in this browser. */
export function storedLayout(): Layout {
  try {
    return localStorage.getItem(KEY) === "tiles" ? "tiles" : "list";
  } catch {
    return "list";
  }
}

export function storeLayout(layout: Layout): void {
  try {
    if (layout === "tiles") localStorage.setItem(KEY, layout);
    else localStorage.removeItem(KEY);
  } catch {
    // It is kept until the page is closed.
  }
}
