import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { BrowserContext, Locator, Page } from "playwright-core";

const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

interface Clipboard {
  navigator: { clipboard: { readText(): Promise<string> } };
}

interface AxeViolation {
  id: string;
  help: string;
  nodes: { html: string }[];
}

/** Where `npm run screenshots` stores a picture of each state checked here. */
const pictures = process.env["CONSIGNE_SCREENSHOTS"];

/**
 * Asserts that axe has no finding in the page as it is, and that nothing is larger than the window: parts of the
 * console scroll, but not the console itself.
 */
export async function assertAccessible(page: Page, state: string): Promise<void> {
  if (pictures !== undefined) await takePicture(page, state, pictures);
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(await readFile(axeFile, "utf8"));
  const violations = await page.evaluate(async (tags) => {
    const { axe: loaded } = globalThis as unknown as {
      axe: { run(options: unknown): Promise<{ violations: AxeViolation[] }> };
    };
    // Styles are for one rule only, which none of these tags includes. For a style sheet that is still loading, axe
    // makes a copy in the page, which the page's policy refuses.
    return (await loaded.run({ runOnly: tags, preload: { assets: ["media"] } })).violations;
  }, RULES);
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html ?? ""}`);
  assert.deepEqual(found, [], state);
  const overflow = await page.evaluate(() => {
    const { document } = globalThis as unknown as {
      document: { documentElement: Record<"scrollWidth" | "clientWidth" | "scrollHeight" | "clientHeight", number> };
    };
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    return { width: scrollWidth - clientWidth, height: scrollHeight - clientHeight };
  });
  assert.deepEqual(overflow, { width: 0, height: 0 }, `${state} is larger than the window`);
}

async function takePicture(page: Page, state: string, folder: string): Promise<void> {
  const looks = await page.evaluate(`[
    document.documentElement.lang,
    document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"),
  ].join(".")`);
  const name = `console.${state.replace(/[^\w]+/g, "-")}.${page.viewportSize()?.width}.${String(looks)}.png`;
  await page.screenshot({ path: join(folder, name) });
}

/** Signs in, which leads to the console; `complaints` are messages that the page only shows to developers. */
export async function openConsole(
  context: BrowserContext,
  { url, email, password }: { url: string; email: string; password: string },
): Promise<{ page: Page; complaints: string[] }> {
  const page = await context.newPage();
  const complaints: string[] = [];
  // React reports a handled error only by a number; the cause says what happened.
  await page.addInitScript(`addEventListener("error", ({ error }) => {
    if (error?.cause instanceof Error) console.error(error.cause.stack);
  })`);
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (line) => {
    // A refusal by the server is not the page's fault.
    if (line.type() === "error" && !line.text().includes("Failed to load resource")) complaints.push(line.text());
  });
  await page.goto(`${url}/login.pl`);
  await page.locator("#mail").fill(email);
  await page.locator("#password").fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${url}/console/`);
  return { page, complaints };
}

/** Dialogs are rendered before they have the focus; keys in between reach something else. */
export async function focusIn(asking: Locator): Promise<void> {
  await asking.and(asking.page().locator(":focus-within, :focus")).waitFor();
}

/** Waits until the clipboard contains this: the notice of an earlier copy looks the same. */
export async function assertCopied(page: Page, text: string): Promise<void> {
  const held = () => page.evaluate(() => (globalThis as unknown as Clipboard).navigator.clipboard.readText());
  await page
    .waitForFunction(
      async (wanted) => (await (globalThis as unknown as Clipboard).navigator.clipboard.readText()) === wanted,
      text,
    )
    .catch(async () => assert.equal(await held(), text));
}

/** As on a machine that has no time to render: keys arrive before the next frame. */
export const holdFrames = (page: Page): Promise<unknown> =>
  page.evaluate(`
    globalThis.held = { frames: new Map(), request: requestAnimationFrame, cancel: cancelAnimationFrame };
    globalThis.requestAnimationFrame = (act) => {
      const id = -1 - held.frames.size;
      held.frames.set(id, act);
      return id;
    };
    globalThis.cancelAnimationFrame = (id) => {
      if (held.frames.has(id)) held.frames.set(id, undefined);
      else held.cancel.call(globalThis, id);
    };
  `);

export const releaseFrames = (page: Page): Promise<unknown> =>
  page.evaluate(`
    globalThis.requestAnimationFrame = held.request;
    globalThis.cancelAnimationFrame = held.cancel;
    for (const act of held.frames.values()) if (act !== undefined) requestAnimationFrame(act);
  `);
