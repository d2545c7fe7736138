export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];
const KEPT = "consigne.theme";

/** Stored per browser: what looks good depends on the screen. */
export function keptTheme(): Theme {
  try {
    const kept = localStorage.getItem(KEPT);
    return themes.find((theme) => theme === kept) ?? "system";
  } catch {
    // If the browser stores nothing for pages, the system's theme is used.
    return "system";
  }
}

export function keepTheme(theme: Theme): void {
  showTheme(theme);
  try {
    localStorage.setItem(KEPT, theme);
  } catch {
    // It is kept until the page is closed.
  }
}

/** Called before the first rendering, so that nothing flashes. */
export function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
