import { html } from "./html.ts";

/** The mark beside the name: an arrow into a tray. */
export const nameIcon = html`<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 3v9m0 0 3.5-3.5M10 12 6.5 8.5M3 12.5V16a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-3.5"/></svg>`;
