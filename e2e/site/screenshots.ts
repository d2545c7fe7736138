import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildStaleConsole } from "@consigne/console/build";
import type { Browser, Page } from "playwright-core";
import { ServerProcess } from "../_server-process.ts";
import { openConsole } from "./_console.ts";
import { openChromium, visitor } from "./_pages.ts";
import { pageStates } from "./_states.ts";

/**
 * Every page and state that `packages/http/test/golden` holds still, and each that the tests of the console look at: `npm run screenshots` writes them to
 * `screenshots/`, and with `-- --docs` the pictures of README anew too. `npm run screenshots -- PART` takes those whose
 * name has this part, `-- console` those of the console.
 */
const root = join(import.meta.dirname, "../..");
const outputFolder = join(root, "screenshots");
const docsFolder = join(root, "docs/pictures");
const widths = [360, 1440] as const;
const schemes = ["light", "dark"] as const;
const TALLEST = 6000;
const LOWEST = 400;
const CONSOLE = "console";

async function main(args: readonly string[]): Promise<void> {
  const parts = args.filter((each) => !each.startsWith("--"));
  await buildStaleConsole();
  await using server = await ServerProcess.start({ CONSIGNE_CONSOLE: "on" });
  await using browser = await openChromium();
  if (args.includes("--docs")) return await takeDocs(server, browser);
  await rm(outputFolder, { recursive: true, force: true });
  await mkdir(outputFolder);
  const states = (await pageStates(server.url)).filter(({ name }) => parts.every((part) => name.includes(part)));
  for (const width of widths)
    for (const colorScheme of schemes) {
      await using context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
      const page = await context.newPage();
      for (const { name, language, content } of states) {
        // French once for each width: only the length of the texts differs.
        if (language === "fr" && (width === 360) !== (colorScheme === "light")) continue;
        await page.setContent(content);
        await take(page, width, join(outputFolder, `${name}.${width}.${colorScheme}.png`));
      }
    }
  if (parts.length === 0 || parts.includes(CONSOLE)) await takeConsoleStates();
  process.stdout.write(`${(await readdir(outputFolder)).length} pictures are in ${outputFolder}\n`);
}

/** The tests lead to every state, and take a picture of each on the way. */
async function takeConsoleStates(): Promise<void> {
  const tests = spawn(process.execPath, ["tools/bin/node.js", "tools/src/test.ts", "e2e/site"], {
    cwd: root,
    env: { ...process.env, CONSIGNE_SCREENSHOTS: outputFolder },
    stdio: "inherit",
  });
  const [code] = (await once(tests, "exit")) as [number | null];
  if (code !== 0) process.exitCode = 1;
}

async function take(page: Page, width: number, path: string): Promise<void> {
  // A page is at least as high as its window, which may be that of the previous page.
  await page.setViewportSize({ width, height: LOWEST });
  const height = await page.locator("body").evaluate((body) => Number(Reflect.get(body, "scrollHeight")));
  await page.setViewportSize({ width, height: Math.min(TALLEST, Math.max(LOWEST, height)) });
  await page.screenshot({ path });
}

/** The steps in README: sign in, make a key, use it. Each picture is small, since the repository keeps it. */
async function takeDocs(server: ServerProcess, browser: Browser): Promise<void> {
  const visit = { language: "en", colorScheme: "light", width: 800, runsScripts: false } as const;
  await using context = await visitor(browser, visit, server.url);
  const page = await context.newPage();
  const password = /^ +Password +(\S+)$/m.exec(server.stdout)?.[1] ?? "";
  await mkdir(docsFolder, { recursive: true });
  const keep = async (name: string, height: number) => {
    await page.setViewportSize({ width: visit.width, height });
    await page.locator("body").evaluate((body) => (body as unknown as { scrollIntoView(): void }).scrollIntoView());
    await writeFile(join(docsFolder, `${name}.png`), await page.screenshot());
  };
  await page.goto(`${server.url}/login.pl`);
  await page.getByLabel("E-mail address").fill("admin@localhost");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await keep("sign-in", 420);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByLabel("Name", { exact: true }).fill("laptop");
  await page.keyboard.press("Tab");
  await keep("api-keys", 820);
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByRole("heading", { name: "Your new key" }).waitFor();
  await keep("new-key", 760);
  await takeConsole(server, browser, password);
  process.stdout.write(`Written: ${(await readdir(docsFolder)).join(", ")}\n`);
}

/** The first picture of README: some files, two of them selected. */
async function takeConsole(server: ServerProcess, browser: Browser, password: string): Promise<void> {
  for (const name of ["Backups", "Photos 2026", "Talks"]) await server.api.ok("folder/mkdir", { folder_id: 0, name });
  const sizes = {
    "annual report.pdf": 2_500_000,
    "band practice.flac": 3_900_000,
    "boat.jpg": 1_250_000,
    "holiday film.mp4": 5_600_000,
    "notes.md": 4300,
    "parts list.csv": 18_800,
    "source code.zip": 870_000,
  };
  await server.api.upload(Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, "x".repeat(size)])));
  const visit = { language: "en", colorScheme: "light", width: 1120, runsScripts: true } as const;
  await using context = await visitor(browser, visit, server.url);
  const { page } = await openConsole(context, { url: server.url, email: "admin@localhost", password });
  await page.setViewportSize({ width: visit.width, height: 560 });
  for (const name of ["boat.jpg", "holiday film.mp4"])
    await page.getByRole("row").filter({ hasText: name }).getByRole("checkbox").click();
  await page.getByText("2 selected").waitFor();
  await page.mouse.move(600, 540);
  await writeFile(join(docsFolder, "console.png"), await page.screenshot());
}

await main(process.argv.slice(2));
