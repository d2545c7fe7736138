const KEPT = "consigne.tree";
const SHOWN = "shown";

/** Stored per browser: whether there is room for it depends on the screen. */
export function keptTreeShown(): boolean {
  try {
    return localStorage.getItem(KEPT) === SHOWN;
  } catch {
    return false;
  }
}

export function keepTreeShown(isShown: boolean): void {
  try {
    if (isShown) localStorage.setItem(KEPT, SHOWN);
    else localStorage.removeItem(KEPT);
  } catch {
    // It is kept until the page is closed.
  }
}
