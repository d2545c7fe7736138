import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Database } from "@consigne/core";
import { VirtualClock } from "@consigne/testkit";
import { assertAccessible, focusIn } from "../_console.ts";
import { ConsoleSite } from "../_console-site.ts";

/** After this long the password is required again. */
export const LATE_MS = 10 * 60_000 + 1;
export const mouse = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
export const keys = { language: "fr", colorScheme: "dark", width: 360, runsScripts: true } as const;

/** One for the tests of all pages. */
export class PagesSite extends ConsoleSite {
  readonly clock = new VirtualClock(new Date(Date.now() + 60_000));
  #database: Database | undefined;

  override async start(): Promise<void> {
    await super.start({
      clock: this.clock,
      replacePorts: (ports) => {
        this.#database = ports.database;
        return ports;
      },
    });
    await this.server.seed.folder("/photos");
  }

  /** A job of this kind that waits for an hour. */
  async delayJob(kind: string): Promise<string> {
    const runAt = new Date(this.clock.now().getTime() + 3_600_000);
    const { jobs } = this.server.services;
    const id = await this.#database?.transaction((rows) => jobs.add(rows, { kind, runAt }));
    return id ?? assert.fail("there is such a job already");
  }

  /** Enters the password when asked, a wrong one first. */
  async prove(page: Page, words: { title: string; password: string }, wrong: string): Promise<void> {
    const dialog = page.getByRole("dialog", { name: words.title });
    await focusIn(dialog);
    await page.keyboard.type("not this one");
    await page.keyboard.press("Enter");
    await dialog.getByText(wrong).waitFor();
    await assertAccessible(page, "a wrong password");
    await page.getByLabel(words.password).fill(this.server.password);
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
  }
}
