import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { until } from "../_until.ts";
import { Browser } from "./_browser.ts";
import { addPerson, assertRefusal, bearer, type Person, send, uploadOne } from "./_wire.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };
const WAIT_MS = 90_000;
/** Far more than the buffers between the server and a reader that does not read. */
const large = new Uint8Array(64 * 1024 * 1024).fill(1);

suite("free downloads", () => {
  const clock = new VirtualClock(new Date(Date.now() + 60_000));
  let server: TestServer;
  let paid: Person;
  let free: Person;
  let url = "";
  let guests = 0;

  before(async () => {
    server = await startTestServer({
      clock,
      settings: {
        CONSIGNE_FREE_WAIT_SECONDS: "90",
        CONSIGNE_FREE_ONE_AT_A_TIME: "on",
        CONSIGNE_FREE_RESUME: "off",
      },
    });
    url = await uploadOne(new ApiClient(server, server.apiKey), "waited for.bin", "bytes");
    paid = await addPerson(server, "paid@example.org", { plan: "premium" });
    free = await addPerson(server, "free@example.org", { plan: "free" });
  });
  after(() => server[Symbol.asyncDispose]());

  /** From an address that has not downloaded anything yet. */
  const newGuest = () => ({ "x-forwarded-for": `198.51.100.${(guests += 1)}` });
  const askFor = (address: string, headers: Record<string, string>) =>
    send(address, { method: "POST", headers: { ...form, ...headers }, body: "adz=0.a1&dl_no_ssl=on" });
  const linkIn = (page: string) => /<a href="([^"]+)">Start your download</.exec(page)?.[1] ?? "";
  /** The last byte reaches the reader a little before the server has recorded the end. */
  const untilEnded = async (readPage: () => Promise<string>): Promise<string> =>
    until("the end of the download before", async () => {
      const text = await readPage();
      return text.includes("only download one file at a time") ? undefined : text;
    });
  const download = async (headers: Record<string, string>) => {
    const direct = linkIn((await askFor(url, headers)).text);
    assert.equal((await send(direct, { headers })).text, "bytes");
    await untilEnded(async () => (await askFor(url, headers)).text);
    return direct;
  };

  test("start one after the other, after the configured wait, and say when", async () => {
    const guest = newGuest();
    await askFor(url, guest);
    await download(guest);
    clock.advance(30_000);
    const page = await askFor(url, guest);
    assert.equal(page.status, 200);
    assert.equal(page.headers.get("retry-after"), "60");
    assert.match(page.text, /Your next download can begin in 60 seconds\./);
    assert.match(page.text, /Free download in ⏳ 60\b/);
    assert.match(page.text, /Without subscription, you must wait between downloads\.<br\/>You must wait 1 minutes/);
    assert.doesNotMatch(page.text, /<form/);
    const french = await askFor(url, { ...guest, cookie: "LG=fr" });
    assert.match(french.text, />Vous devez attendre encore 1 minutes</);
    assertRefusal(await askFor(url, { ...guest, accept: "application/json" }), 503, 584);
    const straight = await send(`${url}&dl=1`, { headers: guest });
    assert.deepEqual([straight.status, straight.headers.get("retry-after")], [503, "60"]);
    assert.match((await send(url, { headers: guest })).text, /<form/, "the page of the file is there");
    await download(newGuest());
    clock.advance(60_000);
    await download(guest);
  });

  test("do not start together, even if their links were created together", async () => {
    const guest = newGuest();
    const [first, second] = [linkIn((await askFor(url, guest)).text), linkIn((await askFor(url, guest)).text)];
    assert.equal((await send(first, { headers: guest })).text, "bytes");
    await untilEnded(async () => (await askFor(url, guest)).text);
    const refused = await send(second, { headers: guest });
    assertRefusal(refused, 503, 584);
    assert.equal(refused.headers.get("retry-after"), "90");
    assertRefusal(await send(second, { headers: guest }), 410, 581);
    assert.equal((await send(first, { headers: guest })).text, "bytes", "a download that has begun may be repeated");
    clock.advance(WAIT_MS);
  });

  test("are complete", async () => {
    const guest = newGuest();
    const direct = linkIn((await askFor(url, guest)).text);
    const head = await send(direct, { method: "HEAD", headers: { ...guest, range: "bytes=2-" } });
    assert.deepEqual([head.status, head.headers.get("accept-ranges")], [200, "none"]);
    const whole = await send(direct, { headers: { ...guest, range: "bytes=2-" } });
    assert.deepEqual([whole.status, whole.text, whole.headers.get("content-range")], [200, "bytes", null]);
  });

  test("run one at a time", async () => {
    const guest = newGuest();
    const largeUrl = await uploadOne(new ApiClient(server, server.apiKey), "large.bin", large);
    const direct = linkIn((await askFor(largeUrl, guest)).text);
    const running = get(direct, { agent: false, headers: guest });
    const [response] = (await once(running, "response")) as [IncomingMessage];
    response.on("error", () => undefined);
    clock.advance(WAIT_MS / 3);
    const page = await askFor(url, guest);
    assert.equal(page.status, 200);
    assert.match(page.text, /Warning ! Without subscription, you can only download one file at a time\./);
    assertRefusal(await send(direct, { headers: guest }), 503, 583);
    await download(newGuest());
    const closed = once(response, "close");
    response.destroy();
    await closed;
    clock.advance(WAIT_MS);
    assert.notEqual(linkIn(await untilEnded(async () => (await askFor(url, guest)).text)), "");
  });

  test("also cover free accounts, each on its own, and no paying ones", async () => {
    const browser = new Browser(server);
    await browser.signIn(free.email, free.password);
    const { cookie = "" } = browser.cookieHeader();
    const token = /name="token" value="(\w+)"/.exec((await browser.open(url)).text)?.[1] ?? "";
    const ask = async () => (await browser.post(url, { adz: "0.a1", token })).text;
    const direct = linkIn(await ask());
    assert.equal((await send(direct, { headers: { cookie } })).text, "bytes");
    assert.match(await untilEnded(ask), /Your next download can begin in 90 seconds/);
    for (let times = 0; times < 3; times++) {
      const led = await send(url, { headers: bearer(paid.key) });
      assert.equal(led.status, 302);
      const part = await send(led.headers.get("location") ?? "", { headers: { range: "bytes=2-" } });
      assert.deepEqual([part.status, part.text], [206, "tes"]);
    }
  });
});
