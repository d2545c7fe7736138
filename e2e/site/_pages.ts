import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { chromiumForPages } from "../_chromium.ts";

const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The rules among them that check colours. */
const RULES_OF_COLOURS = ["color-contrast", "link-in-text-block"];

/** On a busy machine each step of a page takes long. */
const WAIT_MS = 60_000;

interface AxeViolation {
  id: string;
  help: string;
  nodes: { html: string }[];
}

export function openChromium(executablePath = chromiumForPages): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

export interface Visit {
  language: "en" | "fr";
  /** No mouse: everything is reached with Tab and done with keys. */
  byKeyboard: boolean;
  colorScheme: "light" | "dark";
  width: number;
  runsScripts: boolean;
}

/** A separate browser, like a user's own. */
export async function visitor(
  browser: Browser,
  { language, colorScheme, width, runsScripts }: Omit<Visit, "byKeyboard">,
  url: string,
) {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: 800 },
    javaScriptEnabled: runsScripts,
  });
  context.setDefaultTimeout(WAIT_MS);
  await context.addCookies([{ name: "LG", value: language, url }]);
  return context;
}

const lookingPages = new WeakMap<Browser, Promise<Page>>();

/** One for all checks: axe is large, and stays loaded while the content changes. */
function pageWithAxe(browser: Browser): Promise<Page> {
  const open = async () => {
    const page = await (await browser.newContext({ bypassCSP: true })).newPage();
    await page.evaluate(await readFile(axeFile, "utf8"));
    return page;
  };
  const page = lookingPages.get(browser) ?? open();
  lookingPages.set(browser, page);
  return page;
}

/** What is checked: all rules in one colour scheme, and only the colours in the other. */
type Looks = readonly (readonly [colorScheme: "light" | "dark", rules: readonly string[]])[];

export interface SeenContent {
  content: string;
  size: { width: number; height: number };
  /** For readers of the findings. */
  name: string;
  looks: Looks;
}

/** As over plain http from another machine, where a browser offers neither digests nor locks. */
export async function asByPlainHttp(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    Object.defineProperty(Crypto.prototype, "subtle", { value: undefined });
    Object.defineProperty(Navigator.prototype, "locks", { value: undefined });
  `);
}

/** All rules in one colour scheme. */
export const wholeLook = (colorScheme: "light" | "dark"): Looks => [[colorScheme, RULES]];

/** Asserts that axe has no finding and nothing is wider than the window, in both colour schemes. */
export async function assertAccessible(context: BrowserContext, page: Page): Promise<void> {
  const browser = context.browser();
  assert.ok(browser);
  const size = page.viewportSize() ?? { width: 1280, height: 800 };
  const content = await page.content();
  const looks = [...wholeLook("light"), ["dark", RULES_OF_COLOURS]] as const;
  await assertContentAccessible(browser, { content, size, name: page.url(), looks });
}

/** In a separate window, because axe is a script and the page must work without any. */
export async function assertContentAccessible(browser: Browser, { content, size, name, looks }: SeenContent) {
  const copy = await pageWithAxe(browser);
  await copy.setViewportSize(size);
  const still = content
    .replace(/<form\b/g, '<form onsubmit="return false"')
    .replace(/<meta http-equiv="refresh"[^>]*>/, "");
  await copy.setContent(still);
  for (const [colorScheme, runOnly] of looks) {
    await copy.emulateMedia({ colorScheme });
    const violations = await copy.evaluate(async (rules) => {
      const { axe: loaded } = globalThis as unknown as {
        axe: { run(root: unknown, options: unknown): Promise<{ violations: AxeViolation[] }> };
      };
      const options = { runOnly: rules, resultTypes: ["violations"] };
      return (await loaded.run((globalThis as unknown as { document: unknown }).document, options)).violations;
    }, runOnly);
    const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html ?? ""}`);
    assert.deepEqual(found, [], `${name} in ${colorScheme}`);
  }
  const overflow = await copy.evaluate(() => {
    const { document } = globalThis as unknown as {
      document: { documentElement: { scrollWidth: number; clientWidth: number } };
    };
    return document.documentElement.scrollWidth - document.documentElement.clientWidth;
  });
  assert.ok(overflow <= 0, `${name} is ${overflow} pixels too wide at ${size.width}`);
}

/** More than any page of the site has tab stops. */
const MOST_STOPS = 150;

/** What a user does on a page, with a mouse or without one. */
export class Hands {
  readonly #byKeyboard: boolean;

  constructor({ byKeyboard }: Pick<Visit, "byKeyboard">) {
    this.#byKeyboard = byKeyboard;
  }

  async fill(field: Locator, text: string): Promise<void> {
    if (!this.#byKeyboard) return field.fill(text);
    await this.#reach(field);
    await field.page().keyboard.press("ControlOrMeta+A");
    await field.page().keyboard.type(text);
  }

  /** Presses a link or a button that leads to a page. */
  async press(target: Locator): Promise<void> {
    const arrived = target.page().waitForEvent("load");
    await this.pressHere(target);
    await arrived;
  }

  /** Presses one that does not. */
  async pressHere(target: Locator): Promise<void> {
    if (!this.#byKeyboard) return target.click();
    await this.#reach(target);
    await target.page().keyboard.press("Enter");
  }

  /** The other one of two radio buttons. */
  async choose(target: Locator, chosenBefore: Locator): Promise<void> {
    if (!this.#byKeyboard) return target.check();
    await this.#reach(chosenBefore);
    await target.page().keyboard.press("ArrowDown");
    assert.equal(await target.isChecked(), true);
  }

  /** With Tab, and a visible focus. */
  async #reach(target: Locator): Promise<void> {
    const page = target.page();
    await target.waitFor();
    for (let stops = 0; stops < MOST_STOPS; stops += 1) {
      const state = await target.evaluate((node) => {
        const { document, getComputedStyle } = globalThis as unknown as {
          document: { activeElement: unknown };
          getComputedStyle: (of: unknown) => { outlineStyle: string };
        };
        return document.activeElement === node ? getComputedStyle(node).outlineStyle : undefined;
      });
      if (state !== undefined) {
        assert.notEqual(state, "none", "the focus can be seen");
        return;
      }
      await page.keyboard.press("Tab");
    }
    assert.fail(`${String(target)} cannot be reached by Tab on ${page.url()}`);
  }
}

/** Bytes of a whole page as transferred over the network, with everything it loads. */
export async function bytesOf(context: BrowserContext, url: string): Promise<{ bytes: number; requests: number }> {
  const page = await context.newPage();
  const sizes: Promise<number>[] = [];
  page.on("requestfinished", (request) =>
    sizes.push(
      request.sizes().then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize),
    ),
  );
  await page.goto(url, { waitUntil: "networkidle" });
  const all = await Promise.all(sizes);
  await page.close();
  return { bytes: all.reduce((sum, size) => sum + size, 0), requests: all.length };
}
