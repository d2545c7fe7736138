import assert from "node:assert/strict";
import { test } from "node:test";
import { commonPasswords } from "./common-passwords.ts";
import { isWeakPassword } from "./weak-password.ts";

const email = "anna.smith@files-at-home.example";

test("the most used passwords are weak, however they are capitalised", () => {
  for (const password of ["password", "Password1", "12345678", "QWERTYUIOP", "iloveyou", "motdepasse", "azertyuiop"])
    assert.equal(isWeakPassword(password, email), true, password);
  assert.ok(
    commonPasswords.size > 300 && [...commonPasswords].every((each) => each.length >= 8 && each === each.toLowerCase()),
  );
});

test("so are repetitions, and letters or digits in a row", () => {
  for (const password of ["aaaaaaaaaaaa", "xyxyxyxyxy", "zkqzkqzkq", "bcdefghijk", "98765432", "éééééééé"])
    assert.equal(isWeakPassword(password, email), true, password);
});

test("so are the address and the name of the site, with little besides", () => {
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

test("so is the host that the operator gave the site", () => {
  for (const password of ["files.acme-lab.example", "acme-lab1", "AcmeAcme", "files.acme-lab!"]) {
    assert.equal(isWeakPassword(password, "a@b", "files.acme-lab.example"), true, password);
    assert.equal(isWeakPassword(password, "a@b"), /AcmeAcme/.test(password), password);
  }
  assert.equal(isWeakPassword("the acme of comfort", "a@b", "files.acme-lab.example"), false);
});

test("everything else is taken, whatever it is made of", () => {
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
  assert.equal(isWeakPassword("abcdefgz", "a@b"), false, "an address too short to tell anything");
});
