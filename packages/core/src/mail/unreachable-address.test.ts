import assert from "node:assert/strict";
import { test } from "node:test";
import { isUnreachableAddress } from "./unreachable-address.ts";

test("no letter reaches this machine by its own name, nor names that are never given to anybody", () => {
  for (const email of ["admin@localhost", "a@LOCALHOST", "a@mail.localhost", "nobody@host.invalid"])
    assert.equal(isUnreachableAddress(email), true, email);
  for (const email of ["admin@example.org", "a@notlocalhost", "localhost@example.org", "a@mailhost", "a@[192.0.2.1]"])
    assert.equal(isUnreachableAddress(email), false, email);
});
