import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startTestServer, type TestServer } from "@consigne/testkit";
import type { Browser } from "playwright-core";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { assertLegible, chooseTextSize } from "./_legible.ts";
import { openChromium } from "./_pages.ts";
import { type PageState, pageStates } from "./_states.ts";

suite("the plain pages as somebody needs them, in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  let server: TestServer;
  let browser: Browser;
  let states: readonly PageState[];
  before(async () => {
    server = await startTestServer();
    browser = await openChromium();
    // French has the longer words.
    states = (await pageStates(server.url))
      .filter(({ language }) => language === "fr")
      .map((state) => ({ ...state, content: state.content.replace(/<meta http-equiv="refresh"[^>]*>/, "") }));
    assert.ok(states.length > 50);
  });
  after(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  for (const { width, height, pixels } of [
    { width: 320, height: 256, pixels: 16 },
    { width: 360, height: 800, pixels: 32 },
    { width: 1440, height: 800, pixels: 32 },
  ]) {
    test(`no text is cut off or covered, and no page scrolls sideways, at ${width} pixels with text of ${pixels}`, async () => {
      await using context = await browser.newContext({ viewport: { width, height } });
      const page = await context.newPage();
      await chooseTextSize(page, pixels);
      const found: string[] = [];
      for (const { name, content } of states) {
        await page.setContent(content);
        await assertLegible(page, name).catch((error: Error) => found.push(error.message));
      }
      await page.setContent(states[0]?.content ?? "");
      assert.equal(await page.evaluate("getComputedStyle(document.body).fontSize"), `${pixels * 0.875}px`);
      assert.deepEqual(found, []);
    });
  }

  test("buttons, notices and the focus have outlines in forced colours", async () => {
    await using context = await browser.newContext({ forcedColors: "active" });
    const page = await context.newPage();
    const found: string[] = [];
    for (const { name, content } of states) {
      await page.setContent(content);
      const bare = await page.evaluate<string[]>(`
        [...document.querySelectorAll(".button, button:not(.go), input[type=submit], .notice, .box, input:not([type])")]
          .filter((each) => each.checkVisibility() && getComputedStyle(each).borderTopStyle === "none")
          .map((each) => each.outerHTML)`);
      found.push(...bare.map((each) => `${name}: ${each}`));
    }
    assert.deepEqual(found, []);
    await page.keyboard.press("Tab");
    const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
    assert.equal(outline, "solid");
  });
});
