import assert from "node:assert/strict";
import { test } from "node:test";
import { readDisposition } from "./content-disposition.ts";

const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

test("reads quoted names as UTF-8 and prefers filename*", () => {
  assert.equal(readDisposition('attachment; filename="a b;c.txt"'), "a b;c.txt");
  assert.equal(readDisposition(latin1('attachment; filename="naïve 😀.txt"')), "naïve 😀.txt");
  assert.equal(readDisposition("attachment; filename=\"na?ve\"; filename*=UTF-8''na%C3%AFve"), "naïve");
  assert.equal(readDisposition('attachment; filename="say \\"hi\\""'), 'say "hi"');
  assert.equal(readDisposition('attachment; filename="\xe9.txt"'), "é.txt");
  assert.equal(readDisposition("attachment; filename=unquoted.txt"), "unquoted.txt");
  assert.equal(readDisposition("attachment; filename*=iso-8859-1''%A3.txt"), "£.txt");
});

test("never yields a path", () => {
  assert.equal(readDisposition('attachment; filename="../../etc/passwd"'), "passwd");
  assert.equal(readDisposition("attachment; filename*=UTF-8''..%2f..%5Cx"), "x");
  assert.equal(readDisposition('attachment; filename="a/"'), undefined);
  assert.equal(readDisposition("attachment"), undefined);
});
