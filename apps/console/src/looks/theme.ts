export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];
const KEPT = "consigne.theme";

/** Of this browser: what looks well depends on the screen. */
export function keptTheme(): Theme {
  try {
    const kept = localStorage.getItem(KEPT);
    return themes.find((theme) => theme === kept) ?? "system";
  } catch {
    // Where the browser keeps nothing for pages, the system decides.
    return "system";
  }
}

export function keepTheme(theme: Theme): void {
  showTheme(theme);
  try {
    localStorage.setItem(KEPT, theme);
  } catch {
    // It holds until the page is closed.
  }
}

/** Before anything is drawn, so that nothing flashes. */
export function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
