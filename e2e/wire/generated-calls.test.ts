import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { fullScopes, type Ports } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { Dice, isProof, times } from "../_proof.ts";
import { cleanVariables, finish, lacking, python } from "../_programs.ts";
import { assertUnharmed } from "./_after-effects.ts";
import { BuiltConsole } from "./_built-console.ts";
import { addPerson, idOf, makeFolder, type Person, uploadOne } from "./_wire.ts";

const program = fileURLToPath(new URL("../python_program.py", import.meta.url));
const settings = fileURLToPath(new URL("../schemathesis/schemathesis.toml", import.meta.url));
const hooks = fileURLToPath(new URL("../schemathesis/hooks.py", import.meta.url));
const PASSWORD = "open sesame";
/** How long a run takes depends on what else the machine does; a hanging one sends no more requests. */
const TIMEOUT_MS = times({ sample: 45 * 60_000, full: 4 * 3_600_000 });
const SILENCE_MS = 5 * 60_000;
const SEED = 20_261_128;

/**
 * What Schemathesis checks. Refusals of valid data are correct here (a name is taken), and so is lenience to invalid
 * data.
 */
const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "unsupported_method",
  "allow_header_conformance",
];

interface Operation {
  "x-availability": string;
  responses: Record<string, object>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
}

/** The existing things that the hooks use. */
async function populate(ports: Ports, client: ApiClient, person: Pick<Person, "email" | "password" | "key">) {
  const links = [
    await uploadOne(client, "open.txt", "hello"),
    await uploadOne(client, "picture.png", "no picture"),
    await uploadOne(client, "guarded.bin", "hello", { dpass: PASSWORD }),
    await uploadOne(client, "closed.bin", "closed"),
    ...(await client.upload(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`${at}.txt`, `text ${at}`])))).map(
      ({ download }) => download,
    ),
  ];
  await client.ok("file/chattr", { urls: [links[3]], acl: { country: ["FR"] } });
  const folders = [];
  for (const name of ["a", "b", "c", "d", "e"]) folders.push(await makeFolder(client, name));
  folders.push(await makeFolder(client, "below", folders[0]));
  const shares = [];
  for (const [name, more] of [
    ["shared", {}],
    ["guarded", { pass: PASSWORD }],
  ] as const) {
    const { url } = await client.ok("folder/share", { folder_id: await makeFolder(client, name), share: 1, ...more });
    shares.push(String(url).split("/").at(-1));
  }
  const removals = [];
  for (const name of ["w", "x", "y", "z"]) {
    const id = idOf(await uploadOne(client, `${name}.txt`, name));
    removals.push([id, (await ports.database.files.findById(id))?.removalCode]);
  }
  return { ...person, links, folders, shares, removals };
}

/** The same person with a key that manages keys. */
async function withKeyForKeys(server: TestServer, { account, email, password }: Person) {
  const { text } = await server.services.keys.create("operator", account, { name: "all", scopes: fullScopes });
  return { email, password, key: text };
}

/**
 * Endpoints that need a form from a page of the session, the secret in a mail, or the name of a console file, or that
 * always refuse. `documented-pages.test.ts` requests each of their answers.
 */
const doneByHand = [
  // Needs a folder that somebody else has just shared: `shared-folders.test.ts`.
  "POST /x/v1/share/leave",
  // Needs a picture that a job has decoded: `thumbnails.test.ts`.
  "GET /t{token}",
  "HEAD /t{token}",
  "POST /console/remote.pl",
  // Only for people who signed in.
  ...[
    "account/verify",
    "account/password",
    "account/email",
    "account/export",
    "account/contents",
    "account/delete",
    "session/ls",
    "session/rm",
  ].map((call) => `POST /x/v1/${call}`),
  ...[
    "show",
    "user/ls",
    "user/change",
    "key/ls",
    "key/revoke",
    "lock/ls",
    "lock/release",
    "job/ls",
    "job/retry",
    "job/cancel",
    "job/show",
    "settings",
    "storage/check",
    "invitation/ls",
    "invitation/add",
    "invitation/resend",
    "invitation/rm",
  ].map((call) => `POST /x/v1/admin/${call}`),
  // Bytes of a certain size with their digest, and what follows them.
  "PUT /x/v1/uploads/{id}/{part}",
  "POST /x/v1/tus",
  ...["HEAD", "POST", "PATCH", "DELETE"].map((method) => `${method} /x/v1/tus/{id}`),
  ...["parts", "complete", "abort"].map((call) => `POST /x/v1/uploads/${call}`),
  ...["files", "params", "security"].map((name) => `POST /console/${name}.pl`),
  ...["GET", "HEAD"].map((method) => `${method} /console/assets/{asset}`),
  ...["GET", "HEAD", "POST"].flatMap((method) => [
    `${method} /reset.pl`,
    `${method} /confirm.pl`,
    `${method} /invitation.pl`,
  ]),
];

suite("generated calls", { skip: lacking([python, program, "schemathesis", "--version"]) }, () => {
  let server: TestServer;
  let folder: string;
  let ports: Ports;
  let built: BuiltConsole;
  let onLogLine = (): void => {};
  before(async () => {
    built = new BuiltConsole();
    server = await startTestServer({
      consoleFolder: built.folder,
      replacePorts: (embedded) => (ports = embedded),
      onLogLine: () => onLogLine(),
    });
    folder = await mkdtemp(join(tmpdir(), "consigne-generated-"));
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    built[Symbol.dispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const seed = isProof ? new Dice().seed : Number(process.env["CONSIGNE_SEED"] ?? SEED);
  const examples = times({ sample: 20, full: 2000 });
  test(
    `are all answered as documented in the reference, ${examples} of each kind, seed ${seed}`,
    { timeout: TIMEOUT_MS },
    async () => {
      const first = await addPerson(server, "first@example.org");
      const other = await addPerson(server, "other@example.org");
      const accounts = [
        await populate(ports, first.client, await withKeyForKeys(server, first)),
        await populate(ports, other.client, await withKeyForKeys(server, other)),
      ];
      const world = join(folder, "world.json");
      await writeFile(world, JSON.stringify({ url: server.url, accounts }));
      const seen = join(folder, "seen.json");
      // From a file: Schemathesis requests nothing else from where it reads the document.
      const document = join(folder, "openapi.json");
      const { json } = await new ApiClient(server).request("/docs/openapi.json");
      const described = withoutStreams(json as unknown as Document);
      await writeFile(document, JSON.stringify(described));
      const options = Object.entries({
        url: server.url,
        checks: checks.join(","),
        phases: "examples,coverage,fuzzing",
        seed,
        workers: 1,
        warnings: "off",
        "max-examples": examples,
        "generation-with-security-parameters": false,
        "generation-database": "none",
        "suppress-health-check": "all",
        "request-timeout": 60,
      }).flatMap(([name, value]) => [`--${name}`, String(value)]);
      const global = ["--config-file", settings];
      using silence = new Silence();
      onLogLine = () => silence.hear();
      const run = await finish(
        python,
        ["-B", program, "schemathesis", ...global, "run", document, "--no-color", "--continue-on-failure", ...options],
        {
          variables: {
            ...cleanVariables(folder),
            // Its programs are in the cache of whoever runs the tests.
            XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
            SCHEMATHESIS_HOOKS: hooks,
            PYTHONDONTWRITEBYTECODE: "1",
            CONSIGNE_WORLD: world,
            CONSIGNE_SEEN: seen,
            CONSIGNE_SEED: String(seed),
          },
          folder,
          timeoutMs: TIMEOUT_MS,
          signal: silence.signal,
        },
      );
      assert.equal(silence.signal.aborted, false, `nothing was asked for in ${SILENCE_MS} ms\n${run.stderr}`);
      assert.equal(run.code, 0, run.stdout.slice(-20_000) + run.stderr);
      // A worker that ends with its own error leaves the rest undone, which Schemathesis does not count as failure.
      assert.equal(run.stderr, "");
      const answered = JSON.parse(await readFile(seen, "utf8")) as Record<string, Record<string, number>>;
      const missing = neverDone(described, answered).filter((name) => !doneByHand.includes(name));
      assert.deepEqual(missing, []);
      await assertUnharmed(server);
    },
  );
});

/** Detects that a server no longer writes to its log, which has a line for each request. */
class Silence implements Disposable {
  readonly #ending = new AbortController();
  readonly #timer = setInterval(() => {
    if (performance.now() - this.#heardAt > SILENCE_MS) this.#ending.abort();
  }, 5000);
  #heardAt = performance.now();

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  hear(): void {
    this.#heardAt = performance.now();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Schemathesis reads every answer to its end, and an event stream has none: `events.test.ts` covers it. */
function withoutStreams(document: Document): Document {
  const paths = Object.entries(document.paths).filter(([path]) => path !== "/x/v1/events");
  return { ...document, paths: Object.fromEntries(paths) };
}

/** Operations that never succeeded. If the reference names no 2xx, a redirect counts. */
function neverDone({ paths }: Document, answered: Record<string, Record<string, number>>): string[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, operation]) => operation["x-availability"] === "implemented")
      .filter(([method, { responses }]) => {
        const wanted = Object.keys(responses).some((status) => status.startsWith("2")) ? /^2/ : /^3/;
        const statuses = Object.keys(answered[`${method.toUpperCase()} ${path}`] ?? {});
        return !statuses.some((status) => wanted.test(status));
      })
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
}
