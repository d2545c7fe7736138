import assert from "node:assert/strict";
import { test } from "node:test";
import { floodFigures } from "@consigne/core";
import { ConfigError, readConfig } from "./config.ts";
import { readEnvironment } from "./env.ts";
import { settings } from "./settings.ts";

const read = (variables: Record<string, string>) => readConfig(readEnvironment(variables));

function problemsOf(variables: Record<string, string>): readonly string[] {
  try {
    read(variables);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
}

test("no settings give a working server", () => {
  const { config, secrets } = read({ PATH: "/bin", HOME: "/root" });
  assert.deepEqual(config.listen, { host: "127.0.0.1", port: 8080 });
  assert.deepEqual([config.limits, config.allowsKeyInQuery, config.uploads.acceptsGuests], ["friendly", true, false]);
  assert.deepEqual(config.trustedProxies, ["127.0.0.0/8", "::1"]);
  assert.deepEqual(secrets, { adminPassword: undefined, adminApiKey: undefined, sealingKey: undefined });
});

test("all settings named in the design are known", () => {
  const fixed =
    "DATA_DIR HOST PORT PUBLIC_URL DATABASE_URL BLOBS_URL REDIS_URL ADMIN_EMAIL ADMIN_PASSWORD ADMIN_API_KEY LIMITS SMTP_URL MAIL_FROM " +
    "CLAMD_URL FTP_PORT TRUSTED_PROXIES KEY_IN_QUERY REGISTRATION ANONYMOUS_UPLOAD ROLES";
  const known = new Set<string>(settings.map(({ name }) => name));
  for (const name of fixed.split(" ")) assert.ok(known.has(`CONSIGNE_${name}`), name);
  assert.equal(known.size, settings.length, "no name twice");
});

test("all problems are reported at once", () => {
  const problems = problemsOf({
    CONSIGNE_PORT: "70000",
    CONSIGNE_LIMITS: "strict",
    CONSIGNE_KEY_IN_QUERY: "yes",
    CONSIGNE_PUBLIC_URL: "files.example.org",
    CONSIGNE_SEALING_KEY: "short",
    CONSIGNE_TRUSTED_PROXIES: "10.0.0.0/8, nonsense",
    CONSIGNE_ADMIN_PASSWORD: "short",
    CONSIGNE_ADMIN_API_KEY: "short",
    CONSIGNE_DATABASE_URL: "postgres://x",
    CONSIGNE_LIMIT: "off",
    CONSIGNE_MAX_FILE_BYTES: "1e9",
    CONSIGNE_WIRE_TIME_ZONE: "Mars/Base",
  });
  const named = problems.map((problem) => problem.split(" ")[0] ?? "");
  assert.deepEqual(named.toSorted(), [
    "CONSIGNE_ADMIN_API_KEY",
    "CONSIGNE_ADMIN_PASSWORD",
    "CONSIGNE_ADMIN_PASSWORD",
    "CONSIGNE_DATABASE_URL",
    "CONSIGNE_KEY_IN_QUERY",
    "CONSIGNE_LIMIT",
    "CONSIGNE_LIMITS",
    "CONSIGNE_MAX_FILE_BYTES",
    "CONSIGNE_PORT",
    "CONSIGNE_PUBLIC_URL",
    "CONSIGNE_SEALING_KEY",
    "CONSIGNE_TRUSTED_PROXIES",
    "CONSIGNE_WIRE_TIME_ZONE",
  ]);
});

test("individual limits of the chosen profile can be set", () => {
  const { flood } = read({
    CONSIGNE_LIMITS: "authentic",
    CONSIGNE_LIMIT_REQUESTS_PER_SECOND: "10",
    CONSIGNE_LIMIT_LISTING_SECONDS: "0",
    CONSIGNE_LIMIT_BAN_SECONDS: "7",
  }).config;
  assert.deepEqual(flood.figures, {
    ...floodFigures.authentic,
    callsPerSecond: 10,
    burst: 10,
    listingIntervalMs: 0,
    banMs: 7000,
  });
  assert.equal(flood.rules.filter(({ operation }) => operation === "file.ls").length, 1, "all files only");
  assert.equal(read({ CONSIGNE_LIMIT_REQUESTS_PER_SECOND: "5" }).config.flood.figures?.burst, 300);
  const own = read({ CONSIGNE_LIMIT_KEY_REQUESTS_PER_SECOND: "0", CONSIGNE_LIMIT_BURST: "12" }).config.flood;
  assert.equal(own.figures?.burst, 12);
  assert.ok(own.rules.every(({ per }) => per !== "key"));
});

test("inconsistent limits are reported together, and no limit is allowed with limits off", () => {
  const problems = problemsOf({
    CONSIGNE_LIMIT_REQUESTS_PER_SECOND: "-1",
    CONSIGNE_LIMIT_BURST: "0",
    CONSIGNE_LIMIT_LOCK_MEMORY_SECONDS: "604801",
    CONSIGNE_LIMIT_BAN_SECONDS: "601",
  });
  assert.deepEqual(problems.map((problem) => problem.split(" ")[0] ?? "").toSorted(), [
    "CONSIGNE_LIMIT_BURST",
    "CONSIGNE_LIMIT_LOCK_MEMORY_SECONDS",
    "CONSIGNE_LIMIT_LONGEST_LOCK_SECONDS",
    "CONSIGNE_LIMIT_REQUESTS_PER_SECOND",
  ]);
  const [off] = problemsOf({ CONSIGNE_LIMITS: "off", CONSIGNE_LIMIT_GUESSES: "5" });
  assert.match(off ?? "", /CONSIGNE_LIMIT_GUESSES is set, but CONSIGNE_LIMITS=off/);
});

test("no problem message contains a secret", () => {
  const secret = "not-a-key-but-secret";
  assert.ok(
    !JSON.stringify(problemsOf({ CONSIGNE_ADMIN_API_KEY: secret, CONSIGNE_ADMIN_PASSWORD: secret })).includes(secret),
  );
});

test("an empty variable counts as absent", () => {
  const empty = Object.fromEntries(settings.map(({ name }) => [name, ""]));
  assert.deepEqual(read(empty), read({}));
});

test("a planned setting is refused until it exists", () => {
  for (const setting of settings.filter((each) => "isPlanned" in each))
    assert.match(problemsOf({ [setting.name]: "x" })[0] ?? "", /cannot do that yet/, setting.name);
  assert.equal(problemsOf({ CONSIGNE_REGISTRATION: "open" }).length, 1);
  assert.equal(problemsOf({ CONSIGNE_ROLES: "api" }).length, 1);
});

test("supported engines can be named, and others are refused without showing their URL", () => {
  const embedded = {
    rows: { kind: "sqlite" },
    bytes: { kind: "disk" },
    counts: { kind: "memory" },
    mail: { kind: "folder" },
  };
  assert.deepEqual(read({}).config.engines, embedded);
  const named = { CONSIGNE_DATABASE_URL: "sqlite:", CONSIGNE_BLOBS_URL: "disk:", CONSIGNE_REDIS_URL: "memory:" };
  assert.deepEqual(read(named).config.engines, embedded);
  const [rows, bytes, counts, ...others] = problemsOf({
    CONSIGNE_DATABASE_URL: "postgres://user:secret@db.example.org/consigne",
    CONSIGNE_BLOBS_URL: "s3://bucket/prefix?region=eu",
    CONSIGNE_REDIS_URL: "rediss://:secret@cache.example.org",
  });
  assert.deepEqual(others, []);
  assert.match(rows ?? "", /^CONSIGNE_DATABASE_URL names PostgreSQL, which .* cannot use yet; it must be "sqlite:"/);
  assert.match(bytes ?? "", /^CONSIGNE_BLOBS_URL names S3, which .* cannot use yet; it must be "disk:"/);
  assert.match(counts ?? "", /^CONSIGNE_REDIS_URL names Redis, which .* cannot use yet; it must be "memory:"/);
  for (const address of ["mysql://user:secret@db", "secret", "sqlite:/elsewhere"]) {
    const [problem = ""] = problemsOf({ CONSIGNE_DATABASE_URL: address });
    assert.match(
      problem,
      /^CONSIGNE_DATABASE_URL names an engine that this version does not know; it must be "sqlite:"/,
    );
    assert.doesNotMatch(problem, /secret/);
  }
});

test("variables of the command line are neither server settings nor errors", () => {
  assert.deepEqual(problemsOf({ CONSIGNE_URL: "http://x", CONSIGNE_API_KEY: "x", ONEFICHIER_API_KEY: "x" }), []);
  assert.equal(problemsOf({ CONSIGNE_URLS: "x" }).length, 1);
});

test("a public URL must be an origin without a path", () => {
  for (const good of ["https://files.example.org", "https://files.example.org/", "http://127.0.0.1:8080"])
    assert.equal(read({ CONSIGNE_PUBLIC_URL: good }).config.publicUrl, good.replace(/\/$/, ""));
  for (const bad of [
    "ftp://x",
    "https://x/path",
    "https://x/?a=1",
    "https://x/#a",
    "https://user:pw@x",
    "https://:pw@x",
    "x",
  ])
    assert.equal(problemsOf({ CONSIGNE_PUBLIC_URL: bad }).length, 1, bad);
});

test("calls may be allowed from no origin, every origin or listed ones", () => {
  const allowed = (text: string) => read({ CONSIGNE_CORS_ORIGINS: text }).config.allowedOrigins;
  assert.deepEqual(read({}).config.allowedOrigins, []);
  assert.deepEqual(allowed("none"), []);
  assert.equal(allowed("*"), "*");
  assert.deepEqual(
    allowed("https://App.example.org/, http://127.0.0.1:5173,https://b.example.org:443,tauri://localhost"),
    ["https://app.example.org", "http://127.0.0.1:5173", "https://b.example.org", "tauri://localhost"],
  );
  for (const bad of ["app.example.org", "https://x/path", "https://*.example.org", "null", "*, https://x", "a://b/c"])
    assert.equal(problemsOf({ CONSIGNE_CORS_ORIGINS: bad }).length, 1, bad);
});

test("the administrator's e-mail must be valid, and comes with a password", () => {
  const password = { CONSIGNE_ADMIN_PASSWORD: "long enough" };
  assert.equal(problemsOf(password).length, 1);
  assert.deepEqual(problemsOf({ ...password, CONSIGNE_ADMIN_EMAIL: "a@example.org" }), []);
  assert.equal(problemsOf({ CONSIGNE_ADMIN_EMAIL: "nobody" }).length, 1);
  assert.equal(problemsOf({ CONSIGNE_ADMIN_EMAIL: "a@b", CONSIGNE_ADMIN_PASSWORD: "x".repeat(1025) }).length, 1);
  const weak = { CONSIGNE_ADMIN_EMAIL: "someone@example.org", CONSIGNE_ADMIN_PASSWORD: "changeme" };
  assert.deepEqual(problemsOf(weak), [], "settings for the first start do not block later ones");
});

test("trusted proxies may be none or listed", () => {
  assert.deepEqual(read({ CONSIGNE_TRUSTED_PROXIES: "none" }).config.trustedProxies, []);
  assert.deepEqual(read({ CONSIGNE_TRUSTED_PROXIES: "10.0.0.1, 2001:db8::/32," }).config.trustedProxies, [
    "10.0.0.1",
    "2001:db8::/32",
  ]);
});

test("only the internet is fetched from, unless networks are listed", () => {
  assert.deepEqual(read({}).config.remoteAllow, []);
  assert.deepEqual(read({ CONSIGNE_REMOTE_ALLOW: "192.168.1.0/24, fd00::/8" }).config.remoteAllow, [
    "192.168.1.0/24",
    "fd00::/8",
  ]);
  assert.equal(problemsOf({ CONSIGNE_REMOTE_ALLOW: "nas.local" }).length, 1);
});

test("the config contains no secret", () => {
  const { config } = read({
    CONSIGNE_ADMIN_EMAIL: "a@b",
    CONSIGNE_ADMIN_PASSWORD: "very secret",
    CONSIGNE_ADMIN_API_KEY: "k".repeat(32),
  });
  assert.doesNotMatch(JSON.stringify(config), /very secret|kkkk/);
});

test("the log format is configured, or depends on where the log goes", () => {
  assert.equal(read({}).config.logFormat, undefined);
  assert.equal(read({ CONSIGNE_LOG_FORMAT: "text" }).config.logFormat, "text");
  assert.match(problemsOf({ CONSIGNE_LOG_FORMAT: "xml" })[0] ?? "", /one of: json, text/);
});

test("a mail server's password appears in no log, and an invalid URL is refused without showing it", () => {
  const { config } = read({ CONSIGNE_SMTP_URL: "smtp://me:s3cret@mail.example.org" });
  assert.ok(config.engines.mail.kind === "smtp");
  assert.equal(config.engines.mail.address().password, "s3cret");
  assert.ok(!JSON.stringify(config).includes("s3cret"));
  const problems = problemsOf({ CONSIGNE_SMTP_URL: "mail.example.org:s3cret", CONSIGNE_MAIL_FROM: "nobody" });
  assert.match(
    problems.join("\n"),
    /CONSIGNE_SMTP_URL is not the URL of a mail server[^]*CONSIGNE_MAIL_FROM is "nobody"/,
  );
  assert.doesNotMatch(problems.join("\n"), /s3cret/);
});

test("a download origin must differ from the public URL by more than its scheme", () => {
  const problemOf = (site: string, downloads: string) =>
    problemsOf({ CONSIGNE_PUBLIC_URL: site, CONSIGNE_DOWNLOAD_URL: downloads }).map((each) => each.split(" ")[0]);
  const site = "https://files.example.org";
  for (const other of ["https://dl.example.org", "https://files.example.org:8443", "http://files.example.org:8080"]) {
    assert.deepEqual(problemOf(site, other), [], other);
  }
  for (const same of [
    site,
    "https://FILES.example.org:443/",
    "http://files.example.org",
    "http://files.example.org:443",
    "https://dl.example.org/x",
    "dl.example.org",
  ]) {
    assert.deepEqual(problemOf(site, same), ["CONSIGNE_DOWNLOAD_URL"], same);
  }
  assert.deepEqual(problemsOf({ CONSIGNE_DOWNLOAD_URL: "https://dl.example.org" }), [
    "CONSIGNE_DOWNLOAD_URL needs CONSIGNE_PUBLIC_URL, from which it has to differ.",
  ]);
  assert.deepEqual(problemOf("nonsense", "https://dl.example.org"), ["CONSIGNE_PUBLIC_URL"]);
});
