import assert from "node:assert/strict";
import { test } from "node:test";
import { commonPasswords } from "./common-passwords.ts";
import { isWeakPassword } from "./weak-password.ts";

const email = "anna.smith@files-at-home.example";

test("the most common passwords are weak in any letter case", () => {
  for (const password of ["password", "Password1", "12345678", "QWERTYUIOP", "iloveyou", "motdepasse", "azertyuiop"])
    assert.equal(isWeakPassword(password, email), true, password);
  assert.ok(
    commonPasswords.size > 300 && [...commonPasswords].every((each) => each.length >= 8 && each === each.toLowerCase()),
  );
});

test("repetitions and runs of letters or digits are weak", () => {
  for (const password of ["aaaaaaaaaaaa", "xyxyxyxyxy", "zkqzkqzkq", "bcdefghijk", "98765432", "éééééééé"])
    assert.equal(isWeakPassword(password, email), true, password);
});

test("the e-mail address and the site's name are weak, with little added", () => {
  for (const password of [
    email,
    "anna.smith",
    "AnnaSmith1",
    "smith2026",
    "consigne",
    "Consigne1!",
    "consigneconsigne",
    "1fichier.com",
  ])
    assert.equal(isWeakPassword(password, email), true, password);
});

test("the host that the operator gave the site is weak", () => {
  for (const password of ["files.acme-lab.example", "acme-lab1", "AcmeAcme", "files.acme-lab!"]) {
    assert.equal(isWeakPassword(password, "a@b", "files.acme-lab.example"), true, password);
    assert.equal(isWeakPassword(password, "a@b"), /AcmeAcme/.test(password), password);
  }
  assert.equal(isWeakPassword("the acme of comfort", "a@b", "files.acme-lab.example"), false);
});

test("everything else is accepted, whatever it is made of", () => {
  for (const password of [
    "correct horse battery",
    "a long password",
    "kdjeucna",
    "smithereens of glass",
    "consigne à la gare",
    "ABCDEFGH12345!",
    "passwordpassword of anna",
  ])
    assert.equal(isWeakPassword(password, email), false, password);
  assert.equal(isWeakPassword("abcdefgz", "a@b"), false, "an address too short to matter");
});
