import assert from "node:assert/strict";
import { createHook } from "node:async_hooks";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { addPerson, basic, type Person, type RawAnswer, send, uploadOne } from "./_wire.ts";

const BOUNDARY = "b";
const fieldPart = (name: string, value: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const filePart = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file[]"; filename="x.txt"\r\n\r\nx\r\n`;

interface EntryPoint {
  name: string;
  enter(email: string, password: string, more?: Record<string, string>): Promise<RawAnswer>;
}

function entryPointsOf({ url }: Pick<TestServer, "url">, link: string): EntryPoint[] {
  const post = (path: string, headers: Record<string, string>, type: string, body: string) =>
    send(`${url}${path}`, { method: "POST", headers: { ...headers, "content-type": type }, body });
  const upload = (headers: Record<string, string>, parts: string[]) =>
    post("/upload.cgi", headers, `multipart/form-data; boundary=${BOUNDARY}`, `${parts.join("")}--${BOUNDARY}--\r\n`);
  const fieldsOf = (email: string, password: string) => [fieldPart("user", email), fieldPart("pass", password)];
  const withBasic = (name: string, enter: (headers: Record<string, string>) => Promise<RawAnswer>): EntryPoint => ({
    name,
    enter: (email, password, more = {}) => enter({ ...more, ...basic(email, password) }),
  });
  const json = "application/json";
  const form = "application/x-www-form-urlencoded";
  return [
    withBasic("a call for accounts", (headers) => post("/v1/user/info.cgi", headers, json, "{}")),
    withBasic("a call for guests too", (headers) =>
      post("/v1/file/info.cgi", headers, json, JSON.stringify({ url: link })),
    ),
    withBasic("a call with a link password of its own", (headers) =>
      post("/v1/download/get_token.cgi", headers, json, JSON.stringify({ url: link, pass: "wrong link password" })),
    ),
    withBasic("the page of a link", (headers) => send(link, { headers })),
    withBasic("the page of a link that asks for a password", (headers) => send(`${link}&auth=1`, { headers })),
    withBasic("the form of a link", (headers) =>
      send(link, { method: "POST", headers: { ...headers, "content-type": form }, body: "did=0" }),
    ),
    withBasic("an upload", (headers) => upload({ ...headers, json: "1" }, [filePart])),
    withBasic("an upload from a page", (headers) => upload({ ...headers, accept: "text/html" }, [filePart])),
    {
      name: "fields before the file",
      enter: (email, password, more = {}) => upload({ ...more, json: "1" }, [...fieldsOf(email, password), filePart]),
    },
    {
      name: "fields behind the file",
      enter: (email, password, more = {}) => upload({ ...more, json: "1" }, [filePart, ...fieldsOf(email, password)]),
    },
  ];
}

/** What a stranger can see of an answer, without the time, random links and the request number, which always differ. */
function visible({ status, text, rawHeaders }: RawAnswer): object {
  const { date: _date, "x-request-id": _id, "retry-after": _wait, location: _location, ...headers } = rawHeaders;
  return { status, headers, text: text.replaceAll(/\/p\w{20,}/g, "/pTOKEN") };
}

/** Counts the password hashes computed in this process, including the server, while `work` runs. */
async function countHashes<T>(work: () => Promise<T>): Promise<{ outcome: T; hashes: number }> {
  let hashes = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === "ARGON2REQUEST") hashes += 1;
    },
  }).enable();
  try {
    return { outcome: await work(), hashes };
  } finally {
    hook.disable();
  }
}

suite("a wrong password and an account that does not exist", () => {
  let server: TestServer;
  let open: TestServer;
  let person: Person;
  let locked: Person;
  let entryPoints: EntryPoint[];

  before(async () => {
    server = await startTestServer();
    open = await startTestServer({ settings: { CONSIGNE_ANONYMOUS_UPLOAD: "on" } });
    person = await addPerson(server, "person@example.org");
    locked = await addPerson(server, "locked@example.org");
    await server.services.accounts.setLocked("operator", locked.account, true);
    await open.services.accounts.create("operator", {
      email: person.email,
      password: person.password,
      planId: "premium",
    });
    const guestEntryPoints = entryPointsOf(open, "").filter(({ name }) => /upload|fields/.test(name));
    entryPoints = [
      ...entryPointsOf(server, await uploadOne(new ApiClient(server, server.apiKey))),
      ...guestEntryPoints.map((entryPoint) => ({ ...entryPoint, name: `${entryPoint.name}, where guests may upload` })),
    ];
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await open[Symbol.asyncDispose]();
  });

  /** Unused e-mail addresses, of every kind that a database or an address check may treat differently. */
  const strangers = [
    "nobody@example.org",
    "person@example.orG.example",
    "not an address",
    "x",
    `${"long".repeat(500)}@example.org`,
    "pérsonne@example.org",
    "' OR 1=1 --@example.org",
    "%",
  ];

  const assertAlike = async ({ name, enter }: EntryPoint, emails: readonly string[], password: string) => {
    const known = await countHashes(() => enter(person.email, password));
    for (const email of emails) {
      const what = `${name}: ${email.slice(0, 40)}, ${password.slice(0, 40)}`;
      const unknown = await countHashes(() => enter(email, password));
      assert.deepEqual(visible(unknown.outcome), visible(known.outcome), what);
      assert.equal(unknown.hashes, known.hashes, `${what}: hashes`);
    }
    return known.hashes;
  };

  test("are answered alike, with the same amount of work, at every entry point that takes a password", async () => {
    for (const entryPoint of entryPoints) {
      const hashes = await assertAlike(entryPoint, ["nobody@example.org", locked.email], "wrong password");
      // Where guests may not upload, the file in front of the fields is refused before they are read.
      assert.equal(hashes, entryPoint.name === "fields behind the file" ? 0 : 1, entryPoint.name);
    }
  });

  test("are answered alike for e-mails and passwords of any length or form", async () => {
    for (const entryPoint of entryPoints.filter(({ name }) => /a call for accounts|before the file$/.test(name))) {
      await assertAlike(entryPoint, [...strangers, person.email.toUpperCase()], "wrong password");
      for (const password of ["x", "y".repeat(1024), "z".repeat(1025), "ü:ö", "\u0001", person.password.toUpperCase()])
        await assertAlike(entryPoint, ["nobody@example.org"], password);
    }
  });

  test("do not reveal that an account is locked, which only the right password does", async () => {
    const call = entryPoints[0];
    assert.ok(call !== undefined);
    const right = await call.enter(locked.email, locked.password);
    const wrong = await call.enter(locked.email, "wrong password");
    assert.match(right.text, /#/);
    assert.notDeepEqual(visible(right), visible(wrong));
    assert.equal((await call.enter(person.email, person.password)).status, 200);
  });
});

test("guesses at an existing account and at a missing one lead to a ban after the same number", async () => {
  await using server = await startTestServer({
    limits: "authentic",
    settings: { CONSIGNE_LIMIT_REQUESTS_PER_SECOND: "1000", CONSIGNE_LIMIT_GUESSES: "4" },
  });
  const person = await addPerson(server, "person@example.org");
  const link = await uploadOne(new ApiClient(server, server.apiKey), "a.txt", "hello");
  let addresses = 0;
  for (const { name, enter } of entryPointsOf(server, link)) {
    const tell = async (email: string) => {
      const more = { "x-forwarded-for": `198.51.100.${++addresses}` };
      const answers: object[] = [];
      for (let time = 0; time < 6; time += 1) answers.push(visible(await enter(email, "wrong password", more)));
      return answers;
    };
    const known = await tell(person.email);
    assert.deepEqual(await tell("nobody@example.org"), known, name);
    if (name !== "fields behind the file") assert.notDeepEqual(known.at(-1), known[0], `${name}: no ban`);
  }
});
