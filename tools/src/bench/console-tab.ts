import type { Browser, Page } from "playwright-core";

/** Signs in, in a window of the size the console is designed for. */
export async function signIn(
  browser: Browser,
  url: string,
  { email, password }: { email: string; password: string },
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 800 }, locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(`${url}/login.pl`);
  await page.locator("#mail").fill(email);
  await page.locator("#password").fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${url}/console/`);
  return page;
}

/** The console in use. Times are taken in the page, in milliseconds, with its own clock and frames. */
export class ConsoleTab {
  readonly #page: Page;
  readonly #url: string;

  constructor(page: Page, url: string) {
    this.#page = page;
    this.#url = url;
  }

  /** The time from the click on a folder in the root until its first row is drawn. Nothing of it was loaded before. */
  async openFolder(name: string): Promise<number> {
    await this.#page.goto("about:blank");
    await this.#page.goto(this.#url);
    await this.#page.getByRole("link", { name, exact: true }).waitFor();
    // The page loads its dialogs a second later, before any user has read where to click.
    await this.#page.waitForTimeout(SETTLED_MS);
    const grid = JSON.stringify(`[role=grid][aria-label="Content of ${name}"] [data-index="0"] a`);
    return this.#timed(
      `[...document.querySelectorAll("[role=grid] a")].find((each) => each.title === ${JSON.stringify(name)}).click()`,
      `document.querySelector(${grid}) !== null`,
    );
  }

  /** The time until the row in the middle is shown, for positions all over the scroll bar. */
  async jump(count: number): Promise<number[]> {
    const times: number[] = [];
    for (let at = 1; at <= count; at++) {
      // Adjacent positions would already be loaded.
      const part = ((at * 0.618) % 1).toFixed(3);
      const time = await this.#timed(
        `${scroller}.scrollTop = ${scroller}.scrollHeight * ${part}`,
        `((box) => document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)?.closest("[role=row]")?.querySelector("a"))(${scroller}.getBoundingClientRect())`,
      );
      times.push(time);
    }
    return times;
  }

  /** The longest time between two frames while the list scrolls by a row and a half in each. */
  scroll(ms: number): Promise<number> {
    return this.#page.evaluate<number>(`new Promise((settle) => {
      const begin = performance.now();
      let longest = 0;
      let before = begin;
      const step = (now) => {
        if (before !== begin) longest = Math.max(longest, now - before);
        before = now;
        if (now - begin > ${ms}) return settle(longest);
        ${scroller}.scrollTop += 48;
        requestAnimationFrame(step);
      };
      ${scroller}.scrollTop = 0;
      requestAnimationFrame(step);
    })`);
  }

  /** The time until the list is drawn in the other order. */
  async sortBy(column: string): Promise<number> {
    const button = `[...document.querySelectorAll("[role=columnheader] button")].find((each) => each.textContent === ${JSON.stringify(column)})`;
    return this.#timed(
      `${scroller}.scrollTop = 0; ${button}.click()`,
      `${button}.parentElement.ariaSort !== "none" && ${scroller}.ariaBusy !== "true"`,
      2,
    );
  }

  async chooseAll(): Promise<number> {
    return this.#timed(
      `document.querySelector("[role=grid] [role=row][tabindex='0']").dispatchEvent(new KeyboardEvent("keydown", { key: "a", ctrlKey: true, bubbles: true }))`,
      `document.querySelector("[role=toolbar][aria-label='Actions for the selection']") !== null`,
    );
  }

  /** The memory of the page's scripts after garbage collection. */
  async heapBytes(): Promise<number> {
    const tools = await this.#page.context().newCDPSession(this.#page);
    await tools.send("HeapProfiler.collectGarbage");
    const { usedSize } = await tools.send("Runtime.getHeapUsage");
    await tools.detach();
    return usedSize;
  }

  /** The time from before `act` until `isDone` holds and is drawn. */
  #timed(act: string, isDone: string, frames = 1): Promise<number> {
    return this.#page.evaluate<number>(`new Promise((settle, fail) => {
      const begin = performance.now();
      let left = ${frames};
      const look = () => {
        if (performance.now() - begin > ${DEADLINE_MS}) return fail(new Error("Nothing comes: " + ${JSON.stringify(isDone)}));
        if (${isDone}) left -= 1;
        if (left >= 0) return requestAnimationFrame(look);
        settle(performance.now() - begin);
      };
      ${act};
      requestAnimationFrame(look);
    })`);
  }
}

const SETTLED_MS = 1500;
const DEADLINE_MS = 30_000;
const scroller = `document.querySelector("[role=grid]")`;
