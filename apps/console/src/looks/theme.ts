export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];
const KEY = "consigne.theme";

/** Stored per browser: what looks good depends on the screen. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return themes.find((theme) => theme === stored) ?? "system";
  } catch {
    // If the browser stores nothing for pages, the system's theme is used.
    return "system";
  }
}

export function storeTheme(theme: Theme): void {
  showTheme(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It is kept until the page is closed.
  }
}

/** Called before the first rendering, so that nothing flashes. */
export function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
