import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "../../src/config.ts";
import { readEnvironment } from "../../src/env.ts";
import { findOrMakeAdministrator } from "../../src/first-start.ts";
import { StartError } from "../../src/start-error.ts";
import { openBench } from "../_services.ts";

const email = "someone@example.org";

for (const weak of ["changeme", email]) {
  test(`the first start makes no administrator with the password ${weak}, and a later start needs none`, async () => {
    await using bench = await openBench();
    const values = { CONSIGNE_ADMIN_EMAIL: email, CONSIGNE_ADMIN_PASSWORD: weak };
    const { config, secrets } = readConfig(readEnvironment(values));
    const start = () => findOrMakeAdministrator(bench.services, config, secrets);
    await assert.rejects(start(), (error) => error instanceof StartError && /too easy to guess/.test(error.message));
    assert.equal((await bench.services.accounts.list("operator")).count, 0);
    const chosen = { ...secrets, adminPassword: "correct horse battery" };
    assert.equal((await findOrMakeAdministrator(bench.services, config, chosen))?.isNew, true);
    assert.deepEqual(await start(), { isNew: false, email });
  });
}
