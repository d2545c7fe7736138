const KEY = "consigne.tree";
const SHOWN = "shown";

/** Stored per browser: whether there is room for it depends on the screen. */
export function storedTreeShown(): boolean {
  try {
    return localStorage.getItem(KEY) === SHOWN;
  } catch {
    return false;
  }
}

export function storeTreeShown(isShown: boolean): void {
  try {
    if (isShown) localStorage.setItem(KEY, SHOWN);
    else localStorage.removeItem(KEY);
  } catch {
    // It is kept until the page is closed.
  }
}
