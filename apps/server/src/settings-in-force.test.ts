import assert from "node:assert/strict";
import { test } from "node:test";
import { settingsInForce } from "./settings-in-force.ts";

const find = (found: ReturnType<typeof settingsInForce>, name: string) => found.find((each) => each.name === name);

test("shows each setting, where it was set, and its default", () => {
  const found = settingsInForce(
    { CONSIGNE_PORT: "9000", CONSIGNE_TRASH_DAYS: "7" },
    new Set(["CONSIGNE_TRASH_DAYS", "CONSIGNE_HOST"]),
  );
  assert.deepEqual(find(found, "CONSIGNE_PORT"), {
    name: "CONSIGNE_PORT",
    value: "9000",
    origin: "environment",
    isSecret: false,
  });
  assert.deepEqual(find(found, "CONSIGNE_TRASH_DAYS")?.origin, "file");
  const { value, origin } = find(found, "CONSIGNE_HOST") ?? {};
  assert.deepEqual([value, origin], ["127.0.0.1", "default"]);
  assert.equal(find(found, "CONSIGNE_CLAMD_URL"), undefined, "planned settings are left out");
});

test("never shows a secret", () => {
  const secrets = {
    CONSIGNE_ADMIN_PASSWORD: "secret-1",
    CONSIGNE_ADMIN_API_KEY: "secret-2",
    CONSIGNE_SEALING_KEY: "secret-3",
    CONSIGNE_SMTP_URL: "smtp://user:secret-4@mail.example.org",
  };
  const found = settingsInForce(secrets);
  for (const name of Object.keys(secrets)) {
    const { value, origin, isSecret } = find(found, name) ?? assert.fail(name);
    assert.deepEqual([value, origin, isSecret], [undefined, "environment", true], name);
  }
  assert.doesNotMatch(JSON.stringify(found), /secret-\d/);
});
