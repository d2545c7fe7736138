import assert from "node:assert/strict";
import { test } from "node:test";
import { csvLine } from "./csv.ts";

test("CSV cells never become formulas", () => {
  const cells = ["=1+1", "+33", "-2", "@SUM(A1)", "\tx", "\rx", "a=b", ""];
  assert.equal(csvLine(cells), `'=1+1,'+33,'-2,'@SUM(A1),'\tx,"'\rx",a=b,\r\n`);
});

test("CSV cells are quoted if they contain a separator or a line break", () => {
  assert.equal(csvLine(['a"b', "a,b", "a\nb", '="x",y']), '"a""b","a,b","a\nb","\'=""x"",y"\r\n');
});
