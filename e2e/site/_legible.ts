import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";

const look = await readFile(new URL("_legible.js", import.meta.url), "utf8");

/** No text is cut off, no text overlaps other text, and nothing scrolls sideways. */
export async function assertLegible(page: Page, state: string): Promise<void> {
  assert.deepEqual(await page.evaluate<string[]>(look), [], state);
}

/** The text size in the settings of the browser, by default 16. */
export async function chooseTextSize(page: Page, pixels: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setFontSizes", { fontSizes: { standard: pixels, fixed: Math.round(pixels * 0.8125) } });
  await page.waitForFunction(`getComputedStyle(document.documentElement).fontSize === "${pixels}px"`);
}
