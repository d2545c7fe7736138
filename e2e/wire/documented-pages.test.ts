import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { BuiltConsole } from "./_built-console.ts";
import {
  errorsOfPage,
  ndjson,
  type PageAnswer,
  type PageEndpoint,
  pageEndpoints,
  pageSchemas,
  toWireError,
  type WireErrorName,
} from "@consigne/contract";
import { DatabaseError, BlobStoreError, DomainError, type MailedTokenEnd, type Ports, scopesOf } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { consoleQuestions } from "./_console-questions.ts";
import { postBatch } from "./_batches.ts";
import { begin, digestOf, put } from "./_parts.ts";
import { EventReader } from "./_events.ts";
import { invitationToken, mailToken, resetQuestions } from "./_reset-questions.ts";
import { assertShape } from "./_shapes.ts";
import { checksumOf, Tus } from "./_tus.ts";
import {
  addKey,
  addPerson,
  assertRefusal,
  assertSafePage,
  bearer,
  idOf,
  JSON_TYPE,
  makeFolder,
  type Person,
  type RawAnswer,
  send,
  uploadOne,
} from "./_wire.ts";

type Question = () => Promise<RawAnswer>;
type Options = Parameters<typeof send>[1];

const MINUTE_MS = 60_000;
const PASSWORD = "open sesame";
const HTML = "text/html; charset=utf-8";
const PLAIN = "text/plain; charset=utf-8";
const BOUNDARY = "----documentedPages";
const absent = "abcdefghij0123456789";
const form = { "content-type": "application/x-www-form-urlencoded" };
const fromAnotherSite = { origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" };
const asProgram = { accept: "application/json" };

const nameOf = (operation: string, { status, contentType }: Pick<PageAnswer, "status" | "contentType">) =>
  `${operation} ${status} ${contentType ?? "without a body"}`;

/** A form with a file and these fields. */
const filesOf = (content: string, fields: Readonly<Record<string, string>> = {}): string =>
  [
    ...Object.entries(fields).map(
      ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    ),
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file[]"; filename="a.bin"\r\n\r\n${content}\r\n`,
    `--${BOUNDARY}--\r\n`,
  ].join("");

suite("every answer that the reference lists for pages, uploads and direct links", () => {
  const clock = new VirtualClock();
  let fault: Error | undefined;
  let busy: DomainError | undefined;
  let unwritable: DatabaseError["failure"] | undefined;
  const builtConsole = new BuiltConsole();
  let server: TestServer;
  let owner: ApiClient;
  let premium: Person;
  let ports: Ports;
  let open = "";
  let guarded = "";
  let closed = "";
  let damaged = "";
  let blocked = "";
  let shared = "";
  let sharedGuarded = "";

  before(async () => {
    server = await startTestServer({
      clock,
      consoleFolder: builtConsole.folder,
      settings: { CONSIGNE_MAX_FILE_BYTES: "1000", CONSIGNE_MIN_FREE_BYTES: "1", CONSIGNE_REMOTE_WAITING: "50" },
      replacePorts: (embedded) => {
        const stage = embedded.blobs.stage.bind(embedded.blobs);
        embedded.blobs.stage = (...input) => (fault === undefined ? stage(...input) : Promise.reject(fault));
        const openPart = embedded.blobs.openPart.bind(embedded.blobs);
        embedded.blobs.openPart = (...input) => (fault === undefined ? openPart(...input) : Promise.reject(fault));
        const checkWritable = embedded.blobs.checkWritable.bind(embedded.blobs);
        embedded.blobs.checkWritable = () => (fault === undefined ? checkWritable() : Promise.reject(fault));
        const inTurn = embedded.locker.inTurn.bind(embedded.locker);
        const tryAcquire = embedded.locker.tryAcquire.bind(embedded.locker);
        embedded.locker.tryAcquire = async (...input) => (busy === undefined ? tryAcquire(...input) : undefined);
        embedded.locker.inTurn = (...input) => (busy === undefined ? inTurn(...input) : Promise.reject(busy));
        const transaction = embedded.database.transaction.bind(embedded.database);
        embedded.database.transaction = (work) =>
          unwritable === undefined ? transaction(work) : Promise.reject(new DatabaseError(unwritable, "of the test"));
        return (ports = embedded);
      },
    });
    owner = new ApiClient(server, server.apiKey);
    premium = await addPerson(server, "premium@example.org", { plan: "premium" });
    open = await uploadOne(owner);
    guarded = await uploadOne(owner, "guarded.bin", "hello", { dpass: PASSWORD });
    closed = await uploadOne(owner, "closed.bin");
    await owner.ok("file/chattr", { urls: [closed], acl: { ip: ["203.0.113.7"] } });
    damaged = await uploadOne(owner, "damaged.bin", "bytes that rot");
    for (const blob of await ports.database.blobs.listPage(undefined, 100))
      if (blob.sizeBytes === 14) await ports.database.blobs.setDamaged(blob.id, blob.key, clock.now());
    blocked = await uploadOne(owner, "blocked.bin", "bytes that nobody may have");
    await server.services.contentBlocks.block("operator", idOf(blocked), "for the test");
    const share = async (name: string, more: object) => {
      const { id } = await server.seed.folder(`/${name}`);
      return String((await owner.ok("folder/share", { folder_id: id, share: 1, ...more }))["url"]);
    };
    shared = await share("shared", {});
    sharedGuarded = await share("guarded", { pass: PASSWORD });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    builtConsole[Symbol.dispose]();
  });

  const at = (path: string, options?: Options) => send(`${server.url}${path}`, options);
  const posted = (url: string, body: string, headers: Record<string, string> = {}) =>
    send(url, { method: "POST", headers: { ...form, ...headers }, body });
  const token = async (fields: object = {}) =>
    String((await owner.ok("download/get_token", { url: open, ...fields }))["url"]);
  const removalPath = async () => {
    const id = idOf(await uploadOne(owner, "gone.bin", "gone"));
    return `/remove/${id}/${(await ports.database.files.findById(id))?.removalCode}`;
  };
  let uploads = 0;
  const newId = () => `Document${String((uploads += 1)).padStart(2, "0")}`;
  const upload = (headers: Record<string, string>, body = filesOf("hello"), id = newId()) =>
    at(`/upload.cgi?id=${id}`, {
      method: "POST",
      headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}`, ...headers },
      body,
    });
  const failing = async (error: Error, question: Question) => {
    fault = error;
    return question().finally(() => (fault = undefined));
  };
  const whileLocked = async (question: Question, ruleNumber = 374) => {
    server.limits.use("friendly");
    await server.limits.lock("ip", { ruleNumber });
    return question().finally(() => server.limits.use("off"));
  };
  const whileUnwritable = async (failure: DatabaseError["failure"], question: Question) => {
    unwritable = failure;
    return question().finally(() => (unwritable = undefined));
  };
  /** While as many passwords wait as are allowed to. */
  const whileBusy = async (question: Question) => {
    busy = new DomainError("too-busy", "a busy server of the test");
    return question().finally(() => (busy = undefined));
  };
  const report = async (headers: Record<string, string>) => {
    const id = newId();
    await upload(bearer(server.apiKey), filesOf("hello"), id);
    return at(`/end.pl?xid=${id}`, { headers });
  };
  const uploadQuestions = (contentType: string, wanted: Record<string, string>): Record<string, Question> => {
    const key = { ...bearer(server.apiKey), ...wanted };
    const named = (status: number, question: Question) =>
      [nameOf("upload", { status, contentType }), question] as const;
    return Object.fromEntries([
      named(400, () => upload(key, "no form at all")),
      named(403, () => upload(wanted)),
      named(404, () => upload(key, filesOf("hello", { did: "999999", only_did: "1" }))),
      named(409, async () => {
        const id = newId();
        await upload(key, filesOf("hello"), id);
        return upload(key, filesOf("hello"), id);
      }),
      named(413, () => upload(key, filesOf("x".repeat(2000)))),
      named(500, () => failing(new Error("a fault of the test"), () => upload(key))),
      named(503, () => failing(new BlobStoreError("unavailable", "a fault of the test"), () => upload(key))),
      named(507, () => failing(new BlobStoreError("full", "a fault of the test"), () => upload(key))),
    ]);
  };

  const directQuestions = (contentType: string, headers: Record<string, string>): Record<string, Question> => {
    const named = (status: number, question: Question) =>
      [nameOf("direct", { status, contentType }), question] as const;
    return Object.fromEntries([
      named(403, async () => {
        const url = await token();
        await send(url, { headers: { "x-forwarded-for": "198.51.100.1" } });
        return send(url, { headers: { ...headers, "x-forwarded-for": "198.51.100.2" } });
      }),
      named(404, () => at(`/p${"a".repeat(40)}`, { headers })),
      named(410, async () => {
        const url = await token();
        clock.advance(6 * MINUTE_MS);
        return send(url, { headers });
      }),
      named(503, async () => {
        const url = await token({ url: await uploadOne(owner, "rots.bin", "rots") });
        for (const blob of await ports.database.blobs.listPage(undefined, 100))
          if (blob.sizeBytes === 4) await ports.database.blobs.setDamaged(blob.id, blob.key, clock.now());
        return send(url, { headers });
      }),
    ]);
  };

  const archiveOf = async (page = shared) => String((await send(`${page}?zip=1`)).headers.get("location"));
  const archiveQuestions = (contentType: string, headers: Record<string, string>): Record<string, Question> => {
    const named = (status: number, question: Question) =>
      [nameOf("archive", { status, contentType }), question] as const;
    return Object.fromEntries([
      named(403, async () => {
        const url = await archiveOf();
        await send(url, { headers: { "x-forwarded-for": "198.51.100.1" } });
        return send(url, { headers: { ...headers, "x-forwarded-for": "198.51.100.2" } });
      }),
      named(404, () => at(`/z${"a".repeat(40)}`, { headers })),
      named(410, async () => {
        const url = await archiveOf();
        clock.advance(6 * MINUTE_MS);
        return send(url, { headers });
      }),
      named(503, async () => {
        const url = await archiveOf();
        return whileBusy(() => send(url, { headers }));
      }),
    ]);
  };

  let pictures = 0;
  /** For a new picture, stored as if it had been made. */
  const thumbnailOf = async ({ isKept = true, client = owner }: { isKept?: boolean; client?: ApiClient } = {}) => {
    const link = await uploadOne(client, "picture.png", `picture ${++pictures}`);
    const { blobKey = "" } = (await ports.database.files.findById(idOf(link))) ?? {};
    if (isKept) await ports.thumbnails?.store.keep(blobKey, { bytes: Buffer.from("a thumbnail") });
    const { entry } = await client.ok("/x/v1/entry/stat", { file_id: idOf(link), thumbnails: 1 });
    return { link, url: String((entry as { thumbnail?: string }).thumbnail) };
  };
  const thumbnailQuestions = (contentType: string, headers: Record<string, string>): Record<string, Question> => {
    const named = (status: number, question: Question) =>
      [nameOf("thumbnail", { status, contentType }), question] as const;
    return Object.fromEntries([
      named(403, async () => {
        const { id, client } = await addKey(server, premium.account);
        const { url } = await thumbnailOf({ client });
        await server.services.keys.revoke("operator", id);
        return send(url, { headers });
      }),
      named(404, () => at(`/t${"a".repeat(100)}`, { headers })),
      named(410, async () => {
        const { link, url } = await thumbnailOf();
        await server.services.contentBlocks.block("operator", idOf(link), "for the test");
        return send(url, { headers });
      }),
    ]);
  };

  const asBrowser = { accept: "text/html", origin: () => server.url };
  const browserPost = (path: string, body: string, headers: Record<string, string> = {}) =>
    posted(`${server.url}${path}`, body, { accept: asBrowser.accept, origin: asBrowser.origin(), ...headers });
  const signIn = () => `mail=${premium.email}&pass=${encodeURIComponent(premium.password)}`;
  const signedIn = async (): Promise<Record<string, string>> => {
    const answer = await posted(`${server.url}/login.pl`, signIn());
    return { cookie: /SID=\w+/.exec(answer.headers.get("set-cookie") ?? "")?.[0] ?? "" };
  };
  const formOf = (page: string) => async (fields: string) => {
    const cookie = await signedIn();
    const { text } = await at(page, { headers: cookie });
    const formToken = /name="token" value="(\w+)"/.exec(text)?.[1] ?? "";
    return browserPost(page, `token=${formToken}&${fields}`, cookie);
  };
  const securityForm = formOf("/console/security.pl");
  const filesForm = formOf("/console/files.pl");
  const keyForm = formOf("/console/params.pl");

  let forgetful = 0;
  const forgetfulToken = async (endedAs?: MailedTokenEnd, isLocked = false, newEmail?: string): Promise<string> => {
    const email = `forgetful${++forgetful}@example.org`;
    await addPerson(server, email, { plan: "free" });
    const account = await ports.database.accounts.findByEmail(email);
    assert.ok(account !== undefined);
    const text = await mailToken({ database: ports.database, clock }, account.id, endedAs, newEmail);
    if (isLocked) await server.services.accounts.setLocked("operator", account, true);
    return text;
  };

  const partQuestions = (): Readonly<Record<string, Question | readonly Question[]>> => {
    const bytes = Buffer.from("hello");
    const begun = async (id?: string) => id ?? (await begin(premium.client, bytes.length)).id;
    const part =
      ({ number = 1, id, key = premium.key, ...more }: Partial<Parameters<typeof put>[2]> & { key?: string } = {}) =>
      async () =>
        put(server, key, { id: await begun(id), number, bytes, ...more });
    const twice = async () => {
      const id = await begun();
      await part({ id })();
      return part({ id, bytes: Buffer.from("other") })();
    };
    return {
      [`uploads.part 200 ${JSON_TYPE}`]: part(),
      [`uploads.part 400 ${JSON_TYPE}`]: [
        part({ number: 2 }),
        part({ headers: { "content-digest": "none" } }),
        part({ headers: { "content-digest": digestOf(Buffer.from("other")) } }),
      ],
      [`uploads.part 403 ${JSON_TYPE}`]: async () => {
        const powerless = await addKey(server, premium.account, { scopes: scopesOf({}) });
        return part({ key: powerless.text })();
      },
      [`uploads.part 404 ${JSON_TYPE}`]: part({ id: "a".repeat(16) }),
      [`uploads.part 409 ${JSON_TYPE}`]: twice,
      [`uploads.part 503 ${JSON_TYPE}`]: () => failing(new BlobStoreError("unavailable", "of the test"), part()),
      [`uploads.part 507 ${JSON_TYPE}`]: () => failing(new BlobStoreError("full", "of the test"), part()),
    };
  };

  const batchQuestions = (): Readonly<Record<string, Question | readonly Question[]>> => {
    const file = [{ path: "batch/a.txt", bytes: "hello" }];
    const batch =
      (query = {}, key = premium.key) =>
      () =>
        postBatch(server, key, file, query);
    return {
      [`batch.put 200 ${ndjson}`]: batch(),
      [`batch.put 400 ${JSON_TYPE}`]: [
        batch({ on_conflict: "other" }),
        () => postBatch(server, premium.key, Buffer.from("hello\n")),
      ],
      [`batch.put 403 ${JSON_TYPE}`]: async () => {
        const powerless = await addKey(server, premium.account, { scopes: scopesOf({}) });
        return batch({}, powerless.text)();
      },
      [`batch.put 404 ${JSON_TYPE}`]: batch({ folder_id: 999_999 }),
      [`batch.put 503 ${JSON_TYPE}`]: () => failing(new BlobStoreError("unavailable", "of the test"), batch()),
      [`batch.put 507 ${JSON_TYPE}`]: () => failing(new BlobStoreError("full", "of the test"), batch()),
    };
  };

  const tusQuestions = (): Readonly<Record<string, Question | readonly Question[]>> => {
    const tus = new Tus(server, premium.key);
    const hello = Buffer.from("hello");
    const wrong = checksumOf("sha256", Buffer.from("other"));
    const powerless = async () =>
      new Tus(server, (await addKey(server, premium.account, { scopes: scopesOf({}) })).text);
    const absentUrl = `${server.url}/x/v1/tus/${"a".repeat(16)}`;
    const part = (bytes = hello, headers: Record<string, string> = {}) =>
      tus.begin(hello.length).then((url) => tus.patch(url, 0, bytes, headers));
    const withBody = (headers: Record<string, string> = {}) => tus.create(hello.length, { body: hello, headers });
    const overQuota = async (ask: (client: Tus, quota: (bytes: number) => Promise<void>) => Promise<RawAnswer>) => {
      const full = await addPerson(server, `full${++forgetful}@example.org`);
      const quota = (bytes: number) => server.services.accounts.setQuota("operator", full.account, bytes);
      await quota(5);
      return ask(new Tus(server, full.key), quota);
    };
    const options = (path: string) => () => at(path, { method: "OPTIONS" });
    const other = { "tus-resumable": "0.2.2" };
    const type = { "content-type": "application/octet-stream" };
    const [unavailable, full] = [
      new BlobStoreError("unavailable", "of the test"),
      new BlobStoreError("full", "of the test"),
    ];
    return {
      "tus 201 without a body": [() => tus.create(5), () => tus.create(0), () => withBody()],
      "tus 204 without a body": options("/x/v1/tus"),
      [`tus 400 ${JSON_TYPE}`]: [
        () => tus.create(5, { headers: { "upload-length": "" } }),
        () => tus.create(5, { metadata: { filename: "a/b" } }),
        () => tus.create(5, { headers: { "upload-defer-length": "1" } }),
        () => tus.create(5, { headers: { "upload-concat": "partial" } }),
      ],
      [`tus 403 ${JSON_TYPE}`]: async () => (await powerless()).create(5),
      [`tus 404 ${JSON_TYPE}`]: () => tus.create(5, { metadata: { filename: "a", folder_id: "999999" } }),
      [`tus 412 ${JSON_TYPE}`]: () => tus.create(5, { headers: other }),
      [`tus 413 ${JSON_TYPE}`]: [() => tus.create(1001), () => overQuota((client) => client.create(6))],
      [`tus 415 ${JSON_TYPE}`]: () => withBody(type),
      [`tus 460 ${JSON_TYPE}`]: () => withBody(wrong),
      [`tus 503 ${JSON_TYPE}`]: () => failing(unavailable, () => withBody()),
      [`tus 507 ${JSON_TYPE}`]: () => failing(full, () => withBody()),
      "tus.upload 200 without a body": async () => tus.ask(await tus.begin(5), "HEAD"),
      "tus.upload 204 without a body": [
        () => part(),
        async () => tus.ask(await tus.begin(5), "DELETE"),
        options(`/x/v1/tus/${"a".repeat(16)}`),
      ],
      [`tus.upload 400 ${JSON_TYPE}`]: [
        () => part(Buffer.from("more than that")),
        () => part(hello, { "upload-offset": "x" }),
      ],
      [`tus.upload 403 ${JSON_TYPE}`]: async () => (await powerless()).patch(absentUrl, 0, hello),
      [`tus.upload 404 ${JSON_TYPE}`]: [() => tus.patch(absentUrl, 0, hello), () => tus.ask(absentUrl, "DELETE")],
      [`tus.upload 409 ${JSON_TYPE}`]: () => part(hello, { "upload-offset": "3" }),
      [`tus.upload 412 ${JSON_TYPE}`]: () => part(hello, other),
      [`tus.upload 413 ${JSON_TYPE}`]: () =>
        overQuota(async (client, quota) => {
          const url = await client.begin(5);
          await quota(1);
          return client.patch(url, 0, hello);
        }),
      [`tus.upload 415 ${JSON_TYPE}`]: () => part(hello, type),
      [`tus.upload 423 ${JSON_TYPE}`]: async () => {
        const url = await tus.begin(5);
        return whileBusy(() => tus.patch(url, 0, hello));
      },
      [`tus.upload 460 ${JSON_TYPE}`]: () => part(hello, wrong),
      [`tus.upload 503 ${JSON_TYPE}`]: () => failing(unavailable, () => part()),
      [`tus.upload 507 ${JSON_TYPE}`]: () => failing(full, () => part()),
    };
  };

  const sessionQuestions = (): Readonly<Record<string, Question | readonly Question[]>> => ({
    [`session.login 200 ${HTML}`]: [() => at("/login.pl"), () => at("/fr/login.pl?next=/console/abo.pl")],
    "session.login 303 without a body": [
      () => browserPost("/login.pl", signIn()),
      () => posted(`${server.url}/login.pl`, signIn(), fromAnotherSite),
    ],
    [`session.login 403 ${HTML}`]: [
      () => posted(`${server.url}/login.pl`, "mail=nobody@example.org&pass=x"),
      () => whileLocked(() => at("/login.pl"), 375),
    ],
    [`session.login 507 ${HTML}`]: () => whileUnwritable("full", () => posted(`${server.url}/login.pl`, signIn())),
    [`session.logout 503 ${HTML}`]: async () => {
      const cookie = await signedIn();
      const { text } = await at("/logout.pl", { headers: cookie });
      const formToken = /name="b" value="(\w+)"/.exec(text)?.[1] ?? "";
      return whileUnwritable("read-only", () => browserPost("/logout.pl", `a=1&b=${formToken}`, cookie));
    },
    [`session.login 503 ${HTML}`]: () => whileBusy(() => posted(`${server.url}/login.pl`, signIn())),
    [`console.files 200 ${HTML}`]: async () => at("/console/files.pl", { headers: await signedIn() }),
    "console.files 303 without a body": [() => at("/console/files.pl"), () => filesForm("do=mkdir&name=made")],
    [`console.files 400 ${HTML}`]: [() => filesForm("do=nothing"), () => filesForm("do=mkdir&name=made")],
    [`console.files 403 ${HTML}`]: async () => browserPost("/console/files.pl", "do=mkdir", await signedIn()),
    [`console.files 404 ${HTML}`]: [
      async () => at("/console/files.pl?dir_id=99999999", { headers: await signedIn() }),
      () => filesForm(`do=remove&id=${absent}`),
    ],
    ...resetQuestions({
      at,
      post: browserPost,
      token: forgetfulToken,
      confirmation: async (endedAs, newEmail = `new${forgetful}@example.org`) => ({
        token: await forgetfulToken(endedAs, false, newEmail),
        pass: `password of forgetful${forgetful}@example.org`,
      }),
      invitation: (endedAs, email) => invitationToken(ports, endedAs, email),
      takenEmail: premium.email,
      fromAnotherSite,
    }),
    [`session.logout 200 ${HTML}`]: [
      () => at("/logout.pl"),
      async () => at("/fr/logout.pl", { headers: await signedIn() }),
    ],
    [`session.logout 403 ${HTML}`]: async () => browserPost("/logout.pl", "a=1&b=x", await signedIn()),
    ...Object.fromEntries(
      ["index", "abo", "params", "cdn"].flatMap((name) => [
        [
          `console.${name} 200 ${HTML}`,
          [
            async () => at(`/console/${name}.pl`, { headers: await signedIn() }),
            async () => at(`/fr/console/${name}.pl`, { headers: await signedIn() }),
          ],
        ],
        [`console.${name} 303 without a body`, () => at(`/console/${name}.pl`)],
      ]),
    ),
    [`console.account 200 ${PLAIN}`]: () => at("/console/account.pl?user=a&pass=b"),
    [`console.security 200 ${HTML}`]: async () => at("/console/security.pl", { headers: await signedIn() }),
    "console.security 303 without a body": [
      () => at("/console/security.pl"),
      () => securityForm(`do=prove&pass=${encodeURIComponent(premium.password)}`),
    ],
    [`console.params 400 ${HTML}`]: [
      () => keyForm("do=nothing"),
      () => keyForm("do=new&template=rclone&name="),
      () => keyForm("do=revoke&key=nosuchkey"),
    ],
    [`console.params 403 ${HTML}`]: [
      () => keyForm("do=new&name=x&template=rclone&pass=wrong"),
      async () => browserPost("/console/params.pl", "do=new", await signedIn()),
    ],
    [`console.security 400 ${HTML}`]: [
      () => securityForm("do=nothing"),
      () => securityForm("do=password&new_pass=a+new+password&new_pass_again=another"),
    ],
    [`console.security 429 ${HTML}`]: async () => {
      for (;;) {
        const pass = encodeURIComponent(premium.password);
        const answer = await securityForm(`do=mail&mail=new@example.org&pass=${pass}`);
        if (answer.status !== 303) return answer;
      }
    },
    [`console.security 403 ${HTML}`]: [
      () => securityForm("do=prove&pass=wrong"),
      async () => browserPost("/console/security.pl", "do=end-others", await signedIn()),
    ],
  });

  /** The requests for each answer, several if different reasons lead to it. */
  const questions = (): Readonly<Record<string, Question | readonly Question[]>> => ({
    [`upload 302 ${HTML}`]: () => upload(bearer(server.apiKey)),
    ...uploadQuestions(HTML, {}),
    ...uploadQuestions(JSON_TYPE, asProgram),

    [`upload.report 200 ${HTML}`]: () => report({}),
    [`upload.report 200 ${JSON_TYPE}`]: () => report({ JSON: "1" }),
    [`upload.report 200 ${PLAIN}`]: () => report({ EXPORT: "1" }),
    [`upload.report 404 ${HTML}`]: () => at("/end.pl?xid=abcdefghij"),
    [`upload.report 404 ${JSON_TYPE}`]: () => at("/end.pl?xid=abcdefghij", { headers: { JSON: "1" } }),

    "direct 200 */*": async () => send(await token()),
    "direct 206 */*": async () => send(await token(), { headers: { range: "bytes=1-2" } }),
    "direct 304 without a body": async () => {
      const url = await token();
      const { headers } = await send(url, { method: "HEAD" });
      return send(url, { headers: { "if-none-match": String(headers.get("etag")) } });
    },
    "direct 416 without a body": async () => send(await token(), { headers: { range: "bytes=99-" } }),
    ...directQuestions(HTML, { accept: "text/html,*/*;q=0.8" }),
    ...directQuestions(JSON_TYPE, { accept: "*/*" }),

    "thumbnail 200 image/webp": async () => send((await thumbnailOf()).url),
    "thumbnail 202 without a body": async () => send((await thumbnailOf({ isKept: false })).url),
    "thumbnail 304 without a body": async () => {
      const { url } = await thumbnailOf();
      const { headers } = await send(url);
      return send(url, { headers: { "if-none-match": String(headers.get("etag")) } });
    },
    ...thumbnailQuestions(HTML, { accept: "text/html,*/*;q=0.8" }),
    ...thumbnailQuestions(JSON_TYPE, { accept: "*/*" }),

    "archive 200 application/zip": async () => send(await archiveOf()),
    ...archiveQuestions(HTML, { accept: "text/html,*/*;q=0.8" }),
    ...archiveQuestions(JSON_TYPE, { accept: "*/*" }),

    [`file.page 200 ${HTML}`]: [
      () => send(open),
      () => send(open.replace("/?", "/pt/?")),
      () => send(guarded),
      () => posted(open, "did=0"),
      () => posted(guarded, "did=0&pass=wrong"),
      () => posted(guarded, `did=0&pass=${encodeURIComponent(PASSWORD)}`),
      () => at("/"),
    ],
    [`file.page 200 ${PLAIN}`]: () => send(`${open}&e=1`, { headers: bearer(premium.key) }),
    "file.page 302 without a body": () => send(open, { headers: bearer(premium.key) }),
    "file.page 303 without a body": [() => posted(open, "", fromAnotherSite), () => posted(open, "save=1&did=0")],
    [`file.page 401 ${HTML}`]: () => send(`${open}&auth=1`),
    [`file.page 403 ${HTML}`]: [() => send(closed), () => send(`${guarded}&dl=1`)],
    [`file.page 403 ${JSON_TYPE}`]: [
      () => send(closed, { headers: asProgram }),
      () => whileLocked(() => posted(open, "did=0")),
    ],
    [`file.page 404 ${HTML}`]: [() => at(`/?${absent}`), () => at("/?abc")],
    [`file.page 404 ${JSON_TYPE}`]: [
      () => at("/", { method: "POST", headers: form, body: "a=b" }),
      () => at(`/?${absent}`, { headers: asProgram }),
    ],
    [`file.page 410 ${HTML}`]: () => send(blocked, { headers: bearer(server.apiKey) }),
    [`file.page 410 ${JSON_TYPE}`]: () => send(blocked, { headers: { ...asProgram, ...bearer(server.apiKey) } }),
    [`file.page 503 ${HTML}`]: () => send(damaged),
    [`file.page 503 ${JSON_TYPE}`]: () => send(damaged, { headers: { ...asProgram, ...bearer(premium.key) } }),

    [`directory 200 ${HTML}`]: [
      () => send(shared),
      () => send(shared.replace("/dir/", "/pl/dir/")),
      () => send(sharedGuarded),
      () => posted(sharedGuarded, `pass=${encodeURIComponent(PASSWORD)}`),
    ],
    [`directory 200 ${JSON_TYPE}`]: [
      () => send(`${shared}?json=1`),
      () => posted(sharedGuarded, `json=1&pass=${encodeURIComponent(PASSWORD)}`),
    ],
    [`directory 200 ${PLAIN}`]: () => send(`${shared}?e=1`),
    "directory 302 without a body": () => send(`${shared}?zip=1`),
    [`directory 503 ${HTML}`]: () => whileBusy(() => posted(sharedGuarded, "zip=1&pass=x", { accept: "text/html" })),
    [`directory 503 ${JSON_TYPE}`]: () => whileBusy(() => posted(sharedGuarded, "zip=1&pass=x", asProgram)),
    "directory 303 without a body": [
      () => posted(shared, "", fromAnotherSite),
      () =>
        posted(sharedGuarded, "pass=open+sesame", { origin: server.url, accept: "text/html", cookie: "opened=none" }),
    ],
    [`directory 403 ${HTML}`]: () => posted(sharedGuarded, "pass=wrong"),
    [`directory 403 ${JSON_TYPE}`]: [
      () => send(shared, { headers: { ...fromAnotherSite, "sec-fetch-dest": "image" } }),
      () => send(`${sharedGuarded}?e=1`),
      () => send(sharedGuarded, { headers: asProgram }),
    ],
    [`directory 404 ${HTML}`]: () => at("/dir/Ab3dEf9h"),
    [`directory 404 ${PLAIN}`]: () => at("/dir/Ab3dEf9h?e=1"),
    [`directory 404 ${JSON_TYPE}`]: () => at("/dir/Ab3dEf9h", { headers: asProgram }),

    [`file.removal 200 ${HTML}`]: async () => at(await removalPath()),
    "file.removal 303 without a body": () => posted(`${server.url}/remove/${absent}/abcdefgh`, "", fromAnotherSite),
    [`file.removal 404 ${HTML}`]: () => at(`/remove/${absent}/abcdefgh`),
    [`file.removal 404 ${JSON_TYPE}`]: () => at(`/remove/${absent}/abcdefgh`, { headers: asProgram }),
    [`network 200 ${HTML}`]: () => at("/network.html"),
    "file.qr 200 image/svg+xml": () => at(`/qr.pl?${absent}`),
    [`file.qr 404 ${JSON_TYPE}`]: () => at("/qr.pl"),
    [`links.check 200 ${PLAIN}`]: () => posted(`${server.url}/check_links.pl`, `links[]=${encodeURIComponent(open)}`),
    [`links.check 400 ${JSON_TYPE}`]: () => posted(`${server.url}/check_links.pl`, ""),
    [`links.check 403 ${PLAIN}`]: () => whileLocked(() => posted(`${server.url}/check_links.pl`, "links[]=a")),
    [`links.check 403 ${JSON_TYPE}`]: () =>
      whileLocked(() => posted(`${server.url}/check_links.pl`, "links[]=a", asProgram)),
    ...sessionQuestions(),
    ...consoleQuestions({
      at,
      post: (path, body, headers) => posted(`${server.url}${path}`, body, headers),
      signedIn,
      powerlessKey: async () => (await addKey(server, premium.account, { scopes: scopesOf({}) })).text,
      newFolder: (name) => makeFolder(premium.client, name),
      newFile: async (name) => idOf(await uploadOne(premium.client, name)),
    }),

    [`console.app 200 ${HTML}`]: async () => at("/console/", { headers: await signedIn() }),
    "console.app 303 without a body": () => at("/console/"),
    "console.asset 200 text/javascript; charset=utf-8": () => at(`/console/assets/${builtConsole.script}`),
    "console.asset 200 text/css; charset=utf-8": () => at(`/console/assets/${builtConsole.style}`),
    [`console.asset 404 ${JSON_TYPE}`]: () => at("/console/assets/absent.js"),

    [`server.about 200 ${JSON_TYPE}`]: () => at("/x/v1/about"),
    "events 200 text/event-stream; charset=utf-8": async () => {
      await using events = await EventReader.open(server, premium.key);
      await events.next();
      const { status, headers } = events.response;
      return { status, headers, rawHeaders: {}, text: "", json: undefined };
    },
    [`events 403 ${JSON_TYPE}`]: () => at("/x/v1/events"),
    ...partQuestions(),
    ...batchQuestions(),
    ...tusQuestions(),

    [`server.health 200 ${JSON_TYPE}`]: () => at("/healthz"),
    [`server.readiness 200 ${JSON_TYPE}`]: () => at("/readyz"),
    [`server.readiness 503 ${JSON_TYPE}`]: () => failing(new Error("a fault of the test"), () => at("/readyz")),
    [`docs 200 ${HTML}`]: () => at("/docs/"),
    "docs 301 without a body": () => at("/docs"),
    "docs.script 200 application/javascript; charset=utf-8": () => at("/docs/js/scalar.js"),
    [`docs.openapi 200 ${JSON_TYPE}`]: () => at("/docs/openapi.json"),
    "docs.openapi_yaml 200 application/yaml": () => at("/docs/openapi.yaml"),
  });

  const documented = Object.values<PageEndpoint>(pageEndpoints)
    .filter(({ availability }) => availability === "implemented")
    .flatMap(({ operation, answers }) => answers.map((answer) => [nameOf(operation, answer), answer] as const));

  for (const [name, answer] of new Map(documented)) {
    test(name, async () => {
      const asked = questions()[name] ?? assert.fail("no known request gets this answer");
      for (const question of [asked].flat()) {
        const given = await question();
        const contentType = given.headers.get("content-type") ?? undefined;
        assert.equal(given.status, answer.status);
        if (answer.contentType === "*/*") assert.equal(contentType, "application/octet-stream");
        else assert.equal(contentType, answer.contentType);
        if (answer.contentType === HTML) assertSafePage(given, name);
        if (answer.schema !== undefined) assertShape(pageSchemas[answer.schema], given.json);
        else if (answer.contentType === JSON_TYPE) assertRefusal(given, answer.status);
      }
    });
  }

  /** Refusals that any request may get; `serverBusy` and `internal` come from the error handler that calls share. */
  const refusals = (path: string): Partial<Record<WireErrorName, Question>> => ({
    badRequest: () => at(path, { setHost: false }),
    methodNotAllowed: () => at(path, { method: "TRACE" }),
    tooLarge: () => posted(`${server.url}${path}`, `a=${"x".repeat(2.5 * 1024 * 1024)}`),
    ipLocked: () => whileLocked(() => at(path, { headers: asProgram }), 375),
    endpointNotAvailable: () => at(path),
  });

  for (const page of Object.values<PageEndpoint>(pageEndpoints)) {
    for (const name of errorsOfPage(page)) {
      const { status, body } = toWireError(name);
      if (name === "serverBusy" || name === "internal") continue;
      test(`${page.operation} answers ${body.message}`, async () => {
        const path = page.path.replace("{token}", "a".repeat(40)).replaceAll(/\{\w+\}/g, "Ab3dEf9h");
        const question = refusals(path)[name] ?? assert.fail("no known request gets this answer");
        assertRefusal(await question(), status, Number(/\d+$/.exec(body.message)?.[0]));
      });
    }
  }

  test("these tests cover no answer that the reference does not list", () => {
    const names = new Set(documented.map(([name]) => name));
    assert.deepEqual(
      Object.keys(questions()).filter((name) => !names.has(name)),
      [],
    );
  });
});
