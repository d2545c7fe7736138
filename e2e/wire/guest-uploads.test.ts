import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { type WaitingCaller, WaitingCallers } from "../_waiting-callers.ts";
import { assertUnharmed } from "./_after-effects.ts";
import { assertRefusal, bearer, idOf, makeFolder, type RawAnswer, send, uploadOne } from "./_wire.ts";

const MIB = 1024 * 1024;
const TYPE = { json: "1", "content-type": "multipart/form-data; boundary=b" };
const part = (head: string, content: string) => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
const filePart = (name: string, content = "x") => part(`name="file[]"; filename="${name}"`, content);
const formOf = (...parts: string[]) => `${parts.join("")}--b--\r\n`;

suite("guests who may upload", () => {
  let server: TestServer;
  let owner: ApiClient;
  let ofOwner: string;
  let ids = 0;

  before(async () => {
    server = await startTestServer({
      settings: {
        CONSIGNE_ANONYMOUS_UPLOAD: "on",
        CONSIGNE_MAX_FILE_BYTES: "1000",
        CONSIGNE_MAX_UPLOAD_BYTES: "1500",
        CONSIGNE_MAX_UPLOAD_FILES: "3",
        CONSIGNE_EMPTY_FILES: "refuse",
      },
      bounds: {
        unknown: {
          bodyBytes: 64 * 1024,
          // Longer than any test here takes, however busy the machine is.
          bodyTimeoutMs: 4 * 60_000,
          fieldBytes: 64 * 1024,
          held: { total: 4 * MIB, perCaller: MIB },
        },
      },
    });
    owner = new ApiClient(server, server.apiKey);
    ofOwner = await uploadOne(owner, "report.txt", "of the owner");
  });
  after(() => server[Symbol.asyncDispose]());

  test("find an upload form on the home page, with a new id each time", async () => {
    const action = async () =>
      /<form id="files"[^>]* action="([^"]+)"/.exec((await send(`${server.url}/`)).text)?.[1] ?? "";
    const url = await action();
    assert.match(url, new RegExp(`^${server.url}/upload\\.cgi\\?id=[A-Za-z0-9]{10}$`));
    assert.notEqual(await action(), url);
    const form = new FormData();
    form.append("file[]", new Blob(["hello"]), "from the form.txt");
    form.append("dpass", "");
    const report = await fetch(url, { method: "POST", body: form });
    assert.equal(report.status, 200, "after the redirect");
    assert.match(await report.text(), /Upload finished[^]*from the form\.txt/);
  });

  const newId = () => `gu${String(++ids).padStart(8, "0")}`;
  const put = (id: string, body: string, headers: Record<string, string> = {}): Promise<RawAnswer> =>
    send(`${server.url}/upload.cgi?id=${id}`, { method: "POST", headers: { ...TYPE, ...headers }, body });
  const reportOf = (id: string) => send(`${server.url}/end.pl?xid=${id}`, { headers: { json: "1" } });
  const linkOf = async (id: string) => {
    const links = (await reportOf(id)).json?.["links"] as Record<string, string>[] | undefined;
    return links?.[0] ?? {};
  };
  const call = (path: string, body: object, headers: Record<string, string> = {}) =>
    send(`${server.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const everythingOfTheOwner = async () => {
    const { stats_date: _now, ...info } = await owner.ok("user/info");
    const [files, folders] = await Promise.all([owner.ok("file/ls"), owner.ok("folder/ls")]);
    return { info, files, folders, file: await owner.ok("file/info", { url: ofOwner }) };
  };
  /** Rows of uploads, as on the disk. */
  const countIds = () => {
    const database = new DatabaseSync(join(server.dataDir, "consigne.sqlite"), { readOnly: true });
    try {
      return Number(database.prepare("SELECT count(*) AS count FROM uploads").get()?.["count"]);
    } finally {
      database.close();
    }
  };

  test("can make no call that needs an account, and see files only by their links", async () => {
    const id = newId();
    assert.equal((await put(id, formOf(filePart("of a guest.txt", "of a guest")))).status, 302);
    const { download = "" } = await linkOf(id);
    const before = await everythingOfTheOwner();
    for (const { path, identification } of Object.values(endpoints)) {
      if (identification !== "key") continue;
      for (const url of [ofOwner, download]) {
        const body = { url, urls: [url], files: [{ url, code: "" }], folder_id: 0, name: "mine", share: 1 };
        const answer = await call(path, body);
        assertRefusal(answer);
        assert.ok([400, 403, 404].includes(answer.status), `${path}: ${answer.text}`);
        assert.ok(!answer.text.includes("of the owner") && !answer.text.includes("of a guest"), path);
      }
    }
    assert.deepEqual(await everythingOfTheOwner(), before);
    assert.equal((await send(download)).status, 200, "the guest's file is still there");
  });

  test("cannot upload into anybody's folder, whatever their form says", async () => {
    const folder = await makeFolder(owner, "incoming");
    const before = await everythingOfTheOwner();
    const fields: Record<string, string>[] = [
      { did: String(folder) },
      { did: "0" },
      { did: "-1" },
      { user: server.email },
      { user: server.email, pass: "", did: String(folder) },
      { account: server.email, folder_id: String(folder), owner: server.email },
    ];
    for (const each of fields) {
      const sent = Object.entries(each).map(([name, value]) => part(`name="${name}"`, value));
      const id = newId();
      const answer = await put(id, formOf(...sent, filePart("report.txt", "of a guest")));
      assert.equal(answer.status, 302, `${JSON.stringify(each)}: ${answer.text}`);
      const { download = "" } = await linkOf(id);
      assert.notEqual(idOf(download), idOf(ofOwner));
    }
    assert.deepEqual(await everythingOfTheOwner(), before);
    assert.deepEqual((await owner.ok("file/ls", { folder_id: folder }))["items"], []);
    assert.equal((await owner.download(ofOwner)).bytes.toString(), "of the owner");
  });

  test("cannot overwrite a file, a report or an upload in progress", async () => {
    const id = newId();
    assert.equal((await put(id, formOf(filePart("first.txt", "first")))).status, 302);
    const report = (await reportOf(id)).text;
    assert.equal((await put(id, formOf(filePart("first.txt", "second")))).status, 409);
    const ofKey = newId();
    assert.equal((await put(ofKey, formOf(filePart("k.txt")), bearer(server.apiKey))).status, 302);
    assert.equal((await put(ofKey, formOf(filePart("k.txt", "second")))).status, 409);
    assert.equal((await reportOf(id)).text, report);

    const underWay = newId();
    const slow = begin(server, underWay, bearer(server.apiKey));
    await slow.claimed();
    assert.equal((await put(underWay, formOf(filePart("g.txt")))).status, 409);
    assertRefusal(await reportOf(underWay), 409);
    assert.equal(await slow.finish(), 302);
    assert.match((await reportOf(underWay)).text, /slow\.txt/);
  });

  test("remove their own file by its code, and no other", async () => {
    const [one, two] = [newId(), newId()];
    for (const id of [one, two]) assert.equal((await put(id, formOf(filePart(`${id}.txt`)))).status, 302);
    const [first, second] = [await linkOf(one), await linkOf(two)];
    const code = first["remove"]?.split("/").at(-1);
    for (const url of [second["download"], ofOwner])
      assertRefusal(await call("/v1/file/rm.cgi", { files: [{ url, code }] }));
    assert.equal((await call("/v1/file/rm.cgi", { files: [{ url: first["download"], code }] })).status, 200);
    assert.equal((await send(String(first["download"]))).status, 404);
    assert.equal((await send(String(second["download"]))).status, 200);
  });

  test("do not use up ids that were only offered, refused or interrupted", async () => {
    const before = countIds();
    for (let count = 0; count < 300; count += 1) await send(`${server.url}/v1/upload/get_upload_server.cgi`);
    const refused: [string, number][] = [
      [formOf(), 400],
      [formOf(filePart("empty.txt", "")), 400],
      [formOf(filePart("large.txt", "x".repeat(1001))), 413],
      [formOf(...["a", "b"].map((name) => filePart(name, "x".repeat(800)))), 413],
      [formOf(...["a", "b", "c", "d"].map((name) => filePart(name))), 400],
      [formOf(filePart("a"), part('name="dpass"', "short")), 400],
      [formOf(part('name="message"', "m".repeat(65 * 1024)), filePart("a")), 413],
      [filePart("cut.txt"), 400],
      ["no form at all", 400],
    ];
    const id = newId();
    for (const [body, status] of refused) {
      const answer = await put(id, body);
      assert.ok(answer.status >= 400 && answer.status < 500, `${body.slice(0, 90)}: ${answer.text}`);
      assert.equal(answer.status, status, answer.text);
      assert.equal(countIds(), before, body.slice(0, 90));
    }
    const broken = begin(server, id, {});
    await broken.claimed();
    broken.cut();
    await assertUnharmed(server);
    await until(() => countIds() === before, "the id to be free again");
    assert.equal((await put(id, formOf(filePart("at last.txt")))).status, 302, "the id still serves");
  });

  test("are limited in simultaneous uploads per address, which never blocks a user", async () => {
    const before = countIds();
    const here = { "x-forwarded-for": "198.51.100.6" };
    const slow = Array.from({ length: 6 }, () => begin(server, newId(), here));
    await until(() => slow.some(({ status }) => status() !== undefined), "one upload too many to be refused");
    const refusals = slow.map(({ status }) => status()).filter((status) => status !== undefined);
    assert.ok(
      refusals.every((status) => status === 503),
      refusals.join(),
    );
    assert.equal(
      (await put(newId(), formOf(filePart("of a user.txt")), { ...here, ...bearer(server.apiKey) })).status,
      302,
    );
    const elsewhere = { "x-forwarded-for": "198.51.100.7" };
    assert.equal((await put(newId(), formOf(filePart("of another guest.txt")), elsewhere)).status, 302);
    for (const each of slow) each.cut();
    await until(() => countIds() === before + 2, "the ids of the cut uploads to be free");
    await assertUnharmed(server);
  });

  test("leave room for guests from other addresses, however many uploads they run", async () => {
    const slow = Array.from({ length: 30 }, (_, index) =>
      begin(server, newId(), { "x-forwarded-for": `198.51.100.${20 + (index % 6)}` }),
    );
    await until(() => slow.some(({ status }) => status() !== undefined), "one upload too many to be refused");
    for (const address of ["203.0.113.8", "203.0.113.9"]) {
      const answer = await put(newId(), formOf(filePart("of another guest.txt")), { "x-forwarded-for": address });
      assert.equal(answer.status, 302, answer.text);
    }
    const finished = await Promise.allSettled(slow.map((each) => each.finish()));
    const stored = finished.filter((each) => each.status === "fulfilled" && each.value === 302);
    assert.ok(stored.length > 6, `${stored.length} of 30 were stored`);
    await assertUnharmed(server);
  });

  test("leave room for users who authenticate in a form field", async () => {
    const slow = Array.from({ length: 20 }, (_, index) =>
      begin(server, newId(), { "x-forwarded-for": `198.51.100.${10 + (index % 5)}` }),
    );
    await until(() => slow.some(({ status }) => status() !== undefined), "one upload too many to be refused");
    const login = [part('name="user"', server.email), part('name="pass"', server.password)];
    const answer = await put(newId(), formOf(...login, filePart("of a user.txt")), {
      "x-forwarded-for": "203.0.113.7",
    });
    assert.equal(answer.status, 302, answer.text);
    for (const each of slow) each.cut();
    await assertUnharmed(server);
  });

  test("from one IPv6 /48 leave room for others, whatever their addresses", async () => {
    const slow = Array.from({ length: 12 }, (_, index) =>
      begin(server, newId(), { "x-forwarded-for": `2001:db8:7:${index.toString(16)}::1` }),
    );
    // An upload that has to make room before being accepted is cut, others are refused.
    const over = () => slow.filter(({ isOver }) => isOver());
    await until(() => over().length >= 7, "those to be refused that are more than half of all");
    assert.ok(over().every(({ status }) => status() === undefined || status() === 503));
    const answer = await put(newId(), formOf(filePart("of another guest.txt")), { "x-forwarded-for": "2001:db8:8::1" });
    assert.equal(answer.status, 302, answer.text);
    for (const each of slow) each.cut();
    await assertUnharmed(server);
  });

  test("and other strangers from one IPv6 /48 hold no more than their share of memory with stalled bodies", async () => {
    const whole = 60 * 1024;
    const head = (address: string) =>
      `POST /v1/user/info.cgi HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${whole}\r\n\r\n`;
    const begun = `{${" ".repeat(whole - 2)}`;
    const waiting = (address: string) =>
      WaitingCallers.open(Number(new URL(server.url).port), 1, { addresses: [], send: [head(address), begun] });
    using opened = new DisposableStack();
    const [other] = opened.use(await waiting("198.51.100.7")).callers;
    assert.ok(other !== undefined);
    const crowd: WaitingCaller[] = [];
    for (let network = 1; network <= 100; network++)
      crowd.push(...opened.use(await waiting(`2001:db8:7:${network.toString(16)}::1`)).callers);
    const left = () => crowd.filter((caller) => !caller.isClosed()).length;
    await until(() => left() * whole <= 2 * MIB, "those to be cut that are more than half of all");
    other.socket.write("}");
    await until(() => other.received().startsWith("HTTP/1.1 403 "), "who came first to be answered");
    assert.ok(left() > 1, "each displaces another, but not all of them");
  });
});

interface SlowUpload {
  /** Waits until the server has claimed its id. */
  claimed(): Promise<void>;
  status(): number | undefined;
  /** Answered or cut. */
  isOver(): boolean;
  finish(): Promise<number | undefined>;
  cut(): void;
}

/** Sends the head of a file and some of it, and no more until told. */
function begin(server: TestServer, id: string, headers: Record<string, string>): SlowUpload {
  const sent: ClientRequest = request(`${server.url}/upload.cgi?id=${id}`, {
    method: "POST",
    agent: false,
    headers: { ...TYPE, ...headers },
  });
  let status: number | undefined;
  const answered = once(sent, "response").then(([response]) => {
    status = (response as IncomingMessage).statusCode;
    (response as IncomingMessage).resume();
    return status;
  });
  answered.catch(() => undefined);
  let isCut = false;
  sent.on("error", () => undefined).on("close", () => (isCut = true));
  sent.write('--b\r\nContent-Disposition: form-data; name="file[]"; filename="slow.txt"\r\n\r\nslow');
  return {
    claimed: async () => {
      const deadline = Date.now() + 60_000;
      while ((await send(`${server.url}/end.pl?xid=${id}`)).status === 404) {
        assert.ok(Date.now() < deadline, `waited for the upload ${id} to begin`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    status: () => status,
    isOver: () => isCut || status !== undefined,
    finish: () => {
      sent.end("\r\n--b--\r\n");
      return answered;
    },
    cut: () => void sent.destroy(),
  };
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!isSo()) {
    assert.ok(Date.now() < deadline, `waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
