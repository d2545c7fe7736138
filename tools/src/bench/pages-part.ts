import { buildStaleConsole } from "@consigne/console/build";
import { type Browser, chromium, type Page } from "playwright-core";
import type { BenchRun } from "./bench-run.ts";
import { type ConsigneChild, uploadText } from "./consigne-child.ts";
import { figureOf, type PageReading } from "./figures.ts";
import { fillFolder } from "./filled-folder.ts";
import { ConsoleTab, signIn } from "./console-tab.ts";

const PAINT_AIM_MS = 500;
const SLOWDOWN = 4;
const FIRST_ROWS_AIM_MS = 300;
const PLACE_AIM_MS = 200;
const FRAME_AIM_MS = 50;
/** The tab's memory with the large folder, relative to the small one. It should not grow with the folder. */
const MEMORY_AIM = 1.2;

/** Measures waits in a browser: link pages on a slow machine, and folders of any size in the console. */
export async function measurePages(run: BenchRun): Promise<PageReading[]> {
  await buildStaleConsole();
  const account = { email: "owner@example.org", password: "bench of pages, not a secret" };
  const settings = {
    CONSIGNE_ADMIN_EMAIL: account.email,
    CONSIGNE_ADMIN_PASSWORD: account.password,
    // The large folder alone has as many entries as an account may have.
    CONSIGNE_MAX_ENTRIES_PER_ACCOUNT: "0",
  };
  await using server = await run.startServer("pages", { settings });
  await using browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-precise-memory-info"],
  });
  const readings = [await measurePaint(run, server, browser)];
  const page = await signIn(browser, server.url, account);
  const heaps: number[] = [];
  for (const count of run.plan.consoleFolders) {
    const name = `${count} files`;
    await fillFolder(server, { name, count });
    readings.push(...(await measureFolder(run, server, { page, name, heaps })));
  }
  const [small = 1, large = 1] = heaps;
  readings.push({
    name: `memory of the tab, the larger folder compared with the smaller (${mebibytes(small)} MiB)`,
    unit: "times",
    figure: figureOf([large / small]),
    aim: MEMORY_AIM,
    judged: "median",
  });
  return readings;
}

const mebibytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(0);

/** Each round uses a browser without a cache of the site. */
async function measurePaint(run: BenchRun, server: ConsigneChild, browser: Browser): Promise<PageReading> {
  const link = await uploadText(server, "notes.txt", "A few words to be kept.\n");
  const times: number[] = [];
  for (let round = 0; round <= run.plan.pageRounds; round++) {
    await using context = await browser.newContext();
    const page = await context.newPage();
    const tools = await context.newCDPSession(page);
    await tools.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
    await page.goto(link, { waitUntil: "networkidle" });
    const time = await page.evaluate<number>(largestPaint);
    // The first round warms the browser up.
    if (round > 0) times.push(time);
  }
  const name = `a link page's largest contentful paint, processor slowed ${SLOWDOWN} times`;
  return { name, unit: "ms", figure: figureOf(times), aim: PAINT_AIM_MS, judged: "median" };
}

const largestPaint = `new Promise((settle) =>
  new PerformanceObserver((list) => settle(list.getEntries().at(-1).startTime)).observe({
    type: "largest-contentful-paint",
    buffered: true,
  }))`;

async function measureFolder(
  run: BenchRun,
  server: ConsigneChild,
  { page, name, heaps }: { page: Page; name: string; heaps: number[] },
): Promise<PageReading[]> {
  const tab = new ConsoleTab(page, `${server.url}/console/`);
  const opened: number[] = [];
  for (let round = 0; round < run.plan.pageRounds; round++) opened.push(await tab.openFolder(name));
  const places = await tab.jump(run.plan.pageRounds);
  const frames = [await tab.scroll(run.plan.scrolledMs)];
  const sorted = [await tab.sortBy("Size"), await tab.sortBy("Date"), await tab.sortBy("Name")];
  const chosen = [await tab.chooseAll()];
  heaps.push(await tab.heapBytes());
  const reading = (what: string, times: readonly number[], aim: number): PageReading => ({
    name: `console, ${name}: ${what}`,
    unit: "ms",
    figure: figureOf(times),
    aim,
    judged: "max",
  });
  return [
    reading("first rows after the click", opened, FIRST_ROWS_AIM_MS),
    reading("jump to any scroll position", places, PLACE_AIM_MS),
    reading("sorted by another column", sorted, PLACE_AIM_MS),
    reading("all selected", chosen, PLACE_AIM_MS),
    reading("longest frame while scrolling", frames, FRAME_AIM_MS),
  ];
}
