import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointOf } from "./endpoint-of.ts";

test("endpoints have the names people use for them", () => {
  const names = {
    "/v1/file/ls.cgi": ["file/ls", "api"],
    "/v1/user/info.cgi?pretty=1": ["user/info", "api"],
    "/v1/ftp/users/ls.cgi": ["ftp/users/ls", "api"],
    "/v1/upload/get_upload_server.cgi": ["upload/get_upload_server", "api"],
    "/upload.cgi?id=abc": ["upload.cgi", "upload"],
    "/v1/upload.cgi": ["upload.cgi", "upload"],
    "/end.pl?xid=abc": ["end.pl", "upload"],
    "/p1058755667": ["direct", "direct"],
    "/x/v1/about": ["x/v1/about", "other"],
    "/?abcdefghij0123456789": ["link", "page"],
    "/en/?abcdefghij0123456789": ["link", "page"],
    "/dir/AbCd1234?json=1": ["dir", "page"],
    "/fr/dir/AbCd1234": ["dir", "page"],
    "/remove/abc/def": ["remove", "page"],
    "/": ["other", "other"],
    "/docs": ["other", "other"],
  };
  for (const [target, [endpoint, group]] of Object.entries(names)) {
    assert.deepEqual(endpointOf(target), { endpoint, group }, target);
  }
});
