import assert from "node:assert/strict";
import { test } from "node:test";
import { csvLine } from "./csv.ts";

test("makes no cell a formula", () => {
  const cells = ["=1+1", "+33", "-2", "@SUM(A1)", "\tx", "\rx", "a=b", ""];
  assert.equal(csvLine(cells), `'=1+1,'+33,'-2,'@SUM(A1),'\tx,"'\rx",a=b,\r\n`);
});

test("quotes what would end a cell or a line", () => {
  assert.equal(csvLine(['a"b', "a,b", "a\nb", '="x",y']), '"a""b","a,b","a\nb","\'=""x"",y"\r\n');
});
