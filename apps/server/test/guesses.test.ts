import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger, readConfig, readEnvironment, startServer } from "../src/index.ts";
import { call, dataFolder, environmentOf, knownAdmin, listFiles, upload } from "./_server-process.ts";

test("wrong link passwords sent to the API count as guesses", async (context) => {
  const environment = environmentOf(await dataFolder(context), { ...knownAdmin, CONSIGNE_LIMITS: "friendly" });
  const { config, secrets } = readConfig(readEnvironment(environment));
  await using server = await startServer({ config, secrets, logger: createLogger("silent"), graceMs: 100 });
  const { services, publicUrl: url } = server;
  await upload(url, { "a.txt": "x" });
  const [file] = await listFiles(url);
  await call(url, "file/chattr", { urls: [file?.url], pass: "the right one" });
  const stranger = await services.accounts.create("operator", {
    email: "s@example.org",
    password: "a long password",
    planId: "premium",
  });
  const { text: key } = await services.keys.create("operator", stranger, { name: "k" });
  let message = "";
  // A hundred at once, and more over time: on a busy machine a few more get through before the ban.
  for (let guess = 0; guess < 1000 && !message.includes("#412"); guess++) {
    message = String((await call(url, "file/info", { url: file?.url, pass: `guess ${guess}` }, key)).json["message"]);
  }
  assert.match(message, /#412/);
  assert.equal((await (await services.flood.listActive("operator")).all()).length, 1);
});
