import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

interface AxeViolation {
  id: string;
  help: string;
  nodes: { html: string }[];
}

/** Debian's Chromium. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

export interface Visit {
  language: "en" | "fr";
  colorScheme: "light" | "dark";
  width: number;
  runsScripts: boolean;
}

/** A browser of its own, as somebody has it. */
export async function visitor(browser: Browser, { language, colorScheme, width, runsScripts }: Visit, url: string) {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: 800 },
    javaScriptEnabled: runsScripts,
  });
  await context.addCookies([{ name: "LG", value: language, url }]);
  return context;
}

/**
 * No finding of axe, nothing wider than the window, in both colour schemes. In a window of its own, since axe is a script
 * and the page is to work where none runs.
 */
export async function assertAccessible(context: BrowserContext, page: Page): Promise<void> {
  const browser = context.browser();
  assert.ok(browser);
  const axe = await readFile(axeFile, "utf8");
  const size = page.viewportSize() ?? { width: 1280, height: 800 };
  const content = await page.content();
  await using looking = await browser.newContext({ viewport: size, bypassCSP: true });
  const copy = await looking.newPage();
  await copy.setContent(content.replace(/<form\b/g, '<form onsubmit="return false"'));
  await copy.evaluate(axe);
  for (const colorScheme of ["light", "dark"] as const) {
    await copy.emulateMedia({ colorScheme });
    const violations = await copy.evaluate(async (tags) => {
      const { axe: loaded } = globalThis as unknown as {
        axe: { run(root: unknown, options: unknown): Promise<{ violations: AxeViolation[] }> };
      };
      return (await loaded.run((globalThis as unknown as { document: unknown }).document, { runOnly: tags }))
        .violations;
    }, RULES);
    const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html ?? ""}`);
    assert.deepEqual(found, [], `${page.url()} in ${colorScheme}`);
  }
  const overflow = await copy.evaluate(() => {
    const { document } = globalThis as unknown as {
      document: { documentElement: { scrollWidth: number; clientWidth: number } };
    };
    return document.documentElement.scrollWidth - document.documentElement.clientWidth;
  });
  assert.ok(overflow <= 0, `${page.url()} is ${overflow} pixels too wide at ${size.width}`);
}
