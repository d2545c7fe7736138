import { existsSync } from "node:fs";

/** All of it, with windows that nobody sees and a viewer for PDF. */
export const wholeChromium = "/usr/bin/chromium";
const shell = "/usr/bin/chromium-headless-shell";

/**
 * Debian's Chromium for pages. Where it is there, its engine without windows: a page in a context of its own takes it 0.14 s
 * of the processor, and all of Chromium 0.65 s.
 */
export const chromiumForPages = existsSync(shell) ? shell : wholeChromium;
