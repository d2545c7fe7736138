import { after, before, suite } from "node:test";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { testActivity } from "./pages/_activity.ts";
import { testAdministration } from "./pages/_admin.ts";
import { testEndedSession } from "./pages/_ended-session.ts";
import { testKeyboard } from "./pages/_keyboard.ts";
import { testKeys } from "./pages/_keys.ts";
import { testLeaving } from "./pages/_leaving.ts";
import { PagesSite } from "./pages/_pages-site.ts";
import { testSettings } from "./pages/_settings.ts";
import { testTrash } from "./pages/_trash.ts";
import { testUserKeys } from "./pages/_user-keys.ts";

/** One server and one browser for all of them. */
suite("the pages of the console in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  const site = new PagesSite();
  before(() => site.start());
  after(() => site.stop());
  testKeys(site);
  testSettings(site);
  testLeaving(site);
  testActivity(site);
  testTrash(site);
  testAdministration(site);
  testUserKeys(site);
  testKeyboard(site);
  testEndedSession(site);
});
