import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Browser, Page, Route } from "playwright-core";
import { ApiClient, type FaultyServer, fault, Gate, startFaultyServer } from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { until } from "../_until.ts";
import { builtConsole } from "./_built-console.ts";
import { focusIn, openConsole } from "./_console.ts";
import { openChromium, visitor } from "./_pages.ts";

const visit = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;

suite("changes made elsewhere, seen in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  let built: Awaited<ReturnType<typeof builtConsole>>;
  let server: FaultyServer;
  let browser: Browser;
  let client: ApiClient;

  before(async () => {
    built = await builtConsole();
    server = await startFaultyServer({ consoleFolder: built.folder, limits: "friendly" });
    client = new ApiClient(server, server.apiKey);
    browser = await openChromium();
  });
  after(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
    await built[Symbol.asyncDispose]();
  });

  const row = (page: Page, name: string) =>
    page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
  const open = async (page: Page, folder: string) => {
    await page.goto(`${server.url}/console/#/files/${folder}`);
  };
  const focused = (page: Page) => page.locator("[role=row]:focus");

  test("appear in every window, and keep focus, selection and scroll position", async () => {
    await using context = await visitor(browser, visit, server.url);
    const { id } = await server.seed.folder("/Both");
    const sent = (names: string[]) =>
      client.upload(Object.fromEntries(names.map((name) => [name, "x"])), { did: String(id) });
    await sent(Array.from({ length: 120 }, (_, at) => `m${String(at).padStart(3, "0")}.txt`));
    const { page: first, complaints } = await openConsole(context, server);
    const second = await context.newPage();
    for (const page of [first, second]) await open(page, "Both");
    await row(second, "m000.txt").click();
    await second.getByRole("grid").hover();
    await second.mouse.wheel(0, 1600);
    await row(second, "m060.txt").waitFor();
    const before = await row(second, "m060.txt").boundingBox();
    await sent(["a.txt"]);
    await row(first, "a.txt").waitFor();
    await second.getByRole("toolbar").getByText("1 selected").waitFor();
    await second.getByRole("grid").and(second.locator('[aria-rowcount="122"]')).waitFor();
    await focused(second).filter({ hasText: "m000.txt" }).waitFor();
    assert.deepEqual(await row(second, "m060.txt").boundingBox(), before, "what somebody is reading stays in place");

    await first.keyboard.press("n");
    await focusIn(first.getByRole("dialog"));
    await first.keyboard.type("Made in the first");
    await first.keyboard.press("Enter");
    await second.keyboard.press("Home");
    await row(second, "Made in the first").waitFor();
    const [gone] = await sent(["b.txt"]);
    await row(second, "b.txt").getByRole("checkbox").click();
    await second.getByRole("toolbar").getByText("2 selected").waitFor();
    await client.ok("file/rm", { files: [{ url: gone?.download }] });
    await second.getByRole("toolbar").getByText("1 selected").waitFor();
    await client.ok("folder/mkdir", { name: "inner", folder_id: id });
    for (const page of [first, second]) await row(page, "inner").waitFor();
    await client.ok("folder/rm", { folder_id: (await server.seed.folder("/Both/inner")).id });
    for (const page of [first, second]) await row(page, "inner").waitFor({ state: "detached" });
    assert.deepEqual(complaints, []);
  });

  test("use one connection for all windows, and still arrive when the window that holds it closes", async () => {
    await using context = await visitor(browser, visit, server.url);
    const { id } = await server.seed.folder("/Many");
    const { page: first } = await openConsole(context, server);
    const pages = [first];
    while (pages.length < 8) pages.push(await context.newPage());
    for (const page of pages) {
      await open(page, "Many");
      await page.getByRole("heading", { level: 2 }).waitFor();
    }
    await client.upload({ "one.txt": "x" }, { did: String(id) });
    for (const page of pages) await row(page, "one.txt").waitFor();
    await first.close();
    await client.upload({ "two.txt": "x" }, { did: String(id) });
    for (const page of pages.slice(1)) await row(page, "two.txt").waitFor();
  });

  test("appear even if made between the first listing and the event stream", async () => {
    await using context = await visitor(browser, visit, server.url);
    const { id } = await server.seed.folder("/Early");
    await client.upload({ "one.txt": "x" }, { did: String(id) });
    const gate = new Gate();
    const held = server.faults.add(({ endpoint }) => endpoint === "x/v1/events", fault.holdRequest(gate), {
      times: Infinity,
    });
    const { page } = await openConsole(context, server);
    await open(page, "Early");
    await row(page, "one.txt").waitFor();
    await gate.reached;
    await client.upload({ "two.txt": "x" }, { did: String(id) });
    held.remove();
    gate.open();
    await row(page, "two.txt").waitFor();
  });

  test("appear even if made while the first listing is on its way", async () => {
    await using context = await visitor(browser, visit, server.url);
    const { id } = await server.seed.folder("/Under way");
    await client.upload({ "one.txt": "x" }, { did: String(id) });
    const { page: first } = await openConsole(context, server);
    await open(first, "Under way");
    await row(first, "one.txt").waitFor();
    const second = await context.newPage();
    const read = Promise.withResolvers<void>();
    const gate = new Gate();
    const hold = async (route: Route) => {
      const response = await route.fetch();
      read.resolve();
      await gate.pass();
      await route.fulfill({ response });
    };
    await second.route("**/x/v1/folder/list", hold, { times: 1 });
    await open(second, "Under way");
    await read.promise;
    await client.upload({ "two.txt": "x" }, { did: String(id) });
    await row(first, "two.txt").waitFor();
    gate.open();
    for (const name of ["one.txt", "two.txt"]) await row(second, name).waitFor();
  });

  test("need no second request for a listing before the first change", async () => {
    await using context = await visitor(browser, visit, server.url);
    const { id } = await server.seed.folder("/Once");
    await client.upload({ "one.txt": "x" }, { did: String(id) });
    await (await openConsole(context, server)).page.close();
    const page = await context.newPage();
    const answers: { list: string | null; text: string }[] = [];
    await page.route("**/x/v1/folder/list", async (route) => {
      const response = await route.fetch();
      answers.push({ list: route.request().postData(), text: await response.text() });
      await route.fulfill({ response });
    });
    const begun = page.waitForRequest(/\/x\/v1\/events/);
    await open(page, "Once");
    await row(page, "one.txt").waitFor();
    const told = await page.locator("meta[name=changes]").getAttribute("content");
    assert.equal(new URL((await begun).url()).searchParams.get("after"), told);
    await (await begun).response();
    await client.ok("folder/mkdir", { name: "inner", folder_id: id });
    await row(page, "inner").waitFor();
    const first = answers.find(({ text }) => text.includes('"inner"'));
    const ofList = answers.filter(({ list }) => list === first?.list).map(({ text }) => text.includes('"inner"'));
    assert.deepEqual(ofList.slice(0, 2), [false, true], "once at first, and once for the change");
  });

  test("wait while downloads take all connections, which the page says, and appear when one ends", async () => {
    await using context = await visitor(browser, visit, server.url);
    // Of six connections, the events keep one.
    const names = Array.from({ length: 5 }, (_, at) => `${at}.bin`);
    await server.seed.files(names.map((name) => ({ path: `/Busy/${name}`, content: name })));
    const { id } = await server.seed.folder("/Busy/inner");
    const { page } = await openConsole(context, server);
    await open(page, "Busy");
    const gate = new Gate();
    const held = server.faults.add("direct", fault.holdAnswer(gate), { times: Infinity });
    for (const [at, name] of names.entries()) {
      await row(page, name).click();
      await page.getByRole("toolbar").getByRole("button", { name: "Download", exact: true }).click();
      await until(`${at + 1} downloads`, async () => held.hits === at + 1 || undefined);
    }
    await page.getByText("using all of the browser's connections").waitFor();
    await client.upload({ "one.txt": "x" }, { did: String(id) });
    await open(page, "Busy/inner");
    held.remove();
    gate.open();
    await row(page, "one.txt").waitFor();
  });

  test("appear after the server was restarted", async () => {
    await using context = await visitor(browser, visit, server.url);
    const { id } = await server.seed.folder("/Again");
    const { page } = await openConsole(context, server);
    await open(page, "Again");
    await page.getByRole("heading", { level: 2 }).waitFor();
    await server.stop();
    await server.start();
    await client.upload({ "one.txt": "x" }, { did: String(id) });
    await row(page, "one.txt").waitFor();
  });

  test("a page opened while the server was down loads by itself once it is back", async () => {
    await using context = await visitor(browser, visit, server.url);
    await server.seed.files([{ path: "/Away/one.txt", content: "x" }]);
    const { page } = await openConsole(context, server);
    await row(page, "Away").waitFor();
    await server.stop();
    await open(page, "Away");
    await page.getByRole("alert").getByText("The server is not responding.").waitFor();
    await server.start();
    await row(page, "one.txt").waitFor();
  });

  test("a part of the console that fails to load does not break the rest, and loads on the next try", async () => {
    await using context = await visitor(browser, visit, server.url);
    let asked = 0;
    // It is outside of the pages.
    await context.route(/unfinished-notice/, (route) => (++asked === 1 ? route.abort() : route.continue()));
    await server.seed.files([{ path: "/Whole/one.txt", content: "x" }]);
    const loaded = context.waitForEvent("response", (response) => /unfinished-notice/.test(response.url()));
    const { page } = await openConsole(context, server);
    assert.equal((await loaded).status(), 200);
    await row(page, "Whole").waitFor();
    assert.ok(asked > 1);
  });
});
