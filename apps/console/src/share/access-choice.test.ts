import assert from "node:assert/strict";
import { test } from "node:test";
import { accessFrom, accessUnchanged, accessProblems, givenAccess } from "./access-choice.ts";

const everybody = givenAccess(undefined);
const rules = { countries: ["FR"], addresses: ["192.0.2.0/24"], emails: ["a@example.org"], isCustomersOnly: true };

test("rules are shown in fields and read back from them", () => {
  const given = givenAccess(rules);
  assert.deepEqual(given, {
    who: "some",
    countries: "FR",
    addresses: "192.0.2.0/24",
    emails: "a@example.org",
    isCustomersOnly: true,
  });
  assert.equal(accessFrom(given, given), undefined, "nothing was changed");
  assert.deepEqual(accessFrom(given, everybody), rules);
  assert.equal(accessFrom(everybody, given), null);
  assert.equal(accessFrom(everybody, everybody), undefined);
  assert.equal(accessFrom(accessUnchanged, accessUnchanged), undefined);
  assert.equal(accessFrom(everybody, accessUnchanged), null, "for several files, whatever each of them had");
});

test("entries are separated by commas, spaces or lines, and countries in capitals", () => {
  const given = { ...everybody, who: "some" as const, countries: " fr,be;  de\nlu ", addresses: "2001:db8::/32" };
  assert.deepEqual(accessFrom(given, everybody)?.countries, ["FR", "BE", "DE", "LU"]);
  assert.deepEqual(accessProblems(given), {});
});

test("an invalid country, address or account is reported beside its field", () => {
  const some = { ...everybody, who: "some" as const };
  assert.deepEqual(accessProblems(some), { who: "access.none" });
  assert.deepEqual(accessProblems({ ...some, countries: "France", addresses: "here", emails: "ann" }), {
    countries: "access.countriesBad",
    addresses: "access.addressesBad",
    emails: "access.emailsBad",
  });
  assert.deepEqual(accessProblems({ ...everybody, countries: "France" }), {}, "it is not required");
  for (const addresses of ["192.0.2.1", "192.0.2.0/24", "2001:db8::1", "::ffff:192.0.2.1", "::/0"])
    assert.deepEqual(accessProblems({ ...some, addresses }), {}, addresses);
});
