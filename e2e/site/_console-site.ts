import type { Browser, Locator, Page } from "playwright-core";
import { startTestServer, type TestServer, type TestServerOptions } from "@consigne/testkit";
import { builtConsole } from "./_built-console.ts";
import { openChromium } from "./_pages.ts";

/** A server with the console, and a browser for all pages of a file. May be used between `start` and `stop`. */
export class ConsoleSite {
  #resources = new AsyncDisposableStack();
  #open: { server: TestServer; browser: Browser } | undefined;

  async start(options: TestServerOptions = {}): Promise<void> {
    const { folder } = this.#resources.use(await builtConsole());
    const server = this.#resources.use(
      await startTestServer({ consoleFolder: folder, limits: "friendly", ...options }),
    );
    const browser = await openChromium();
    this.#resources.defer(() => browser.close());
    this.#open = { server, browser };
  }

  async stop(): Promise<void> {
    await this.#resources.disposeAsync();
  }

  get server(): TestServer {
    return this.#opened().server;
  }

  get browser(): Browser {
    return this.#opened().browser;
  }

  /** @param path after the `#` in the console's address */
  goTo(page: Page, path: string): Promise<unknown> {
    return page.goto(`${this.server.url}/console/#/${path}`);
  }

  /** Waits for a notice. */
  status(page: Page, text: string): Promise<void> {
    return page.getByRole("status").filter({ hasText: text }).last().waitFor();
  }

  /** The row of a file or folder in a listing. */
  row(page: Page, name: string): Locator {
    return page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
  }

  #opened(): { server: TestServer; browser: Browser } {
    if (this.#open === undefined) throw new Error("The site is not started.");
    return this.#open;
  }
}
