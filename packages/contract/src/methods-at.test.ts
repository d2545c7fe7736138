import assert from "node:assert/strict";
import { test } from "node:test";
import { methodsAt } from "./methods-at.ts";

test("the methods of calls and pages are found by path", () => {
  assert.deepEqual(methodsAt("/v1/file/ls.cgi"), ["POST"]);
  assert.deepEqual(methodsAt("/v1/upload/get_upload_server.cgi/"), ["GET", "HEAD", "POST"]);
  for (const path of ["/", "/en", "/en/", "/pt/"]) assert.deepEqual(methodsAt(path), ["GET", "HEAD", "POST"], path);
  for (const path of ["/dir/Ab3dEf9h", "/fr/dir/Ab3dEf9h/"]) {
    assert.deepEqual(methodsAt(path), ["GET", "HEAD", "POST"], path);
  }
  assert.deepEqual(methodsAt(`/p${"a".repeat(40)}`), ["GET", "HEAD"]);
});

test("an unknown path has no methods", () => {
  for (const path of ["/v1", "/v1/", "/nothing", "/v1/file/lsXcgi", "/v1/vouchers/ls.cgi", "/check_linksXpl", "/p"]) {
    assert.equal(methodsAt(path), undefined, path);
  }
});
