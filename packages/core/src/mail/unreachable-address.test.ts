import assert from "node:assert/strict";
import { test } from "node:test";
import { isUnreachableAddress } from "./unreachable-address.ts";

test("addresses at localhost or reserved names are unreachable by mail", () => {
  for (const email of ["admin@localhost", "a@LOCALHOST", "a@mail.localhost", "nobody@host.invalid"])
    assert.equal(isUnreachableAddress(email), true, email);
  for (const email of ["admin@example.org", "a@notlocalhost", "localhost@example.org", "a@mailhost", "a@[192.0.2.1]"])
    assert.equal(isUnreachableAddress(email), false, email);
});
