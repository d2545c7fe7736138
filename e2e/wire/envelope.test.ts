import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type Endpoint, endpoints } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { assertRefusal, bearer, JSON_TYPE, send, uploadOne } from "./_wire.ts";

suite("requests and answers of JSON calls", () => {
  let server: TestServer;
  let owner: ApiClient;
  let guest: ApiClient;
  let key: Record<string, string>;
  let url = "";

  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
    guest = new ApiClient(server);
    key = bearer(server.apiKey);
    url = await uploadOne(owner);
  });
  after(() => server[Symbol.asyncDispose]());

  const path = (endpoint: Endpoint) => `${server.url}${endpoint.path}`;
  const json = { "content-type": "application/json" };

  suite("lenient handling of requests, as clients need it", () => {
    test("returns an upload server to a GET with a JSON type and no body (rclone)", async () => {
      assertAnswer(
        endpoints.uploadGetUploadServer,
        await send(path(endpoints.uploadGetUploadServer), { headers: json }),
      );
    });

    test("returns an upload server to a GET with an empty body of length 0 (C#)", async () => {
      const headers = { ...json, "content-length": "0" };
      assertAnswer(endpoints.uploadGetUploadServer, await send(path(endpoints.uploadGetUploadServer), { headers }));
    });

    test("returns an upload server to a POST without body, type or length (plowshare)", async () => {
      const variants: Record<string, string>[] = [{}, { "content-length": "0" }, { "content-length": "0", ...json }];
      for (const headers of variants) {
        const answer = await send(path(endpoints.uploadGetUploadServer), { method: "POST", headers });
        assertAnswer(endpoints.uploadGetUploadServer, answer);
      }
    });

    test("returns an upload server to a GET without a type", async () => {
      assertAnswer(endpoints.uploadGetUploadServer, await send(path(endpoints.uploadGetUploadServer)));
    });

    test("returns the account for an empty body, with the JSON type or without (rclone, JDownloader)", async () => {
      for (const headers of [{ ...key, ...json }, { ...key }, { ...key, "content-type": "text/plain" }]) {
        const answer = await send(path(endpoints.userInfo), { method: "POST", headers, body: "" });
        assertAnswer(endpoints.userInfo, answer);
      }
    });

    test("accepts {} and {pretty:1} as complete bodies", async () => {
      assertAnswer(endpoints.userInfo, await owner.call("user/info", {}));
      const answer = await owner.call("user/info", { pretty: 1 });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("content-type"), JSON_TYPE);
      assert.ok(answer.text.split("\n").length > 20);
      for (const pretty of ["1", true]) {
        assert.match((await owner.call("user/info", { pretty })).text, /\n/);
      }
      for (const pretty of [0, "0", false, null]) {
        assert.doesNotMatch((await owner.call("user/info", { pretty })).text, /\n/);
      }
    });

    test("treats null as an absent key (JDownloader, C#)", async () => {
      const nothing = { pass: null, sharing_user: null, filename: null, folder_id: null };
      assertAnswer(endpoints.fileInfo, await owner.call("file/info", { url, ...nothing }));
      const bounds = { folder_id: null, sent_after: null, sent_before: null, sharing_user: null };
      assertAnswer(endpoints.fileLs, await owner.call("file/ls", bounds));
      const token = { url, inline: null, cdn: null, restrict_ip: null, single: null, pass: null, no_ssl: null };
      assertAnswer(endpoints.downloadGetToken, await owner.call("download/get_token", token));
    });

    test("ignores unknown keys", async () => {
      const extra = { surprise: { deep: [1, null] }, status: "KO" };
      assertAnswer(endpoints.fileLs, await owner.call("file/ls", { folder_id: 0, ...extra }));
      assertAnswer(endpoints.fileInfo, await owner.call("file/info", { url, ...extra }));
    });

    test("accepts numbers sent as text, and booleans for flags", async () => {
      assertAnswer(endpoints.fileLs, await owner.call("file/ls", { folder_id: "0" }));
      const listing = assertAnswer(endpoints.folderLs, await owner.call("folder/ls", { folder_id: "0", files: "1" }));
      assert.ok(Array.isArray(listing["items"]));
      const withFlag = assertAnswer(endpoints.folderLs, await owner.call("folder/ls", { files: true }));
      assert.ok(Array.isArray(withFlag["items"]));
    });

    test("accepts the JSON type with parameters and in any letter case", async () => {
      for (const type of ["application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8"]) {
        const answer = await send(path(endpoints.fileLs), {
          method: "POST",
          headers: { ...key, "content-type": type },
          body: '{"folder_id":0}',
        });
        assertAnswer(endpoints.fileLs, answer);
      }
    });

    test("accepts a chunked body", async () => {
      const answer = await fetch(path(endpoints.fileLs), {
        method: "POST",
        headers: { ...key, ...json },
        body: new Blob(['{"folder_id":', "0}"]).stream(),
        duplex: "half",
      });
      assert.equal(answer.status, 200);
    });

    test("never redirects a call", async () => {
      for (const suffix of ["", "/"]) {
        const answer = await send(`${path(endpoints.userInfo)}${suffix}`, { method: "POST", headers: key });
        assert.equal(answer.status, 200);
      }
    });
  });

  suite("refusals", () => {
    test("are #24 for a body with another type or without one", async () => {
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", undefined]) {
        const headers = { ...key, ...(type === undefined ? {} : { "content-type": type }) };
        assertRefusal(await send(path(endpoints.fileLs), { method: "POST", headers, body: '{"a":1}' }), 400, 24);
      }
    });

    test("are 404 and KO for calls that do not exist yet", async () => {
      const planned = Object.values(endpoints).filter(({ availability }) => availability === "planned");
      assert.ok(planned.length > 0);
      for (const endpoint of planned) {
        const name = endpoint.path.replace(/^\/v1\/|\.cgi$/g, "");
        assertRefusal(await owner.call(name, {}), 404, 551);
        assertRefusal(await send(path(endpoint), { method: "POST" }), 404, 551);
      }
    });

    test("are 404 or 405 and KO for other methods and unknown paths, never a page", async () => {
      for (const endpoint of Object.values(endpoints)) {
        for (const method of ["GET", "PUT", "DELETE", "PATCH"]) {
          if ((endpoint.methods as readonly string[]).includes(method)) continue;
          const answer = await send(path(endpoint), { method, headers: key });
          assert.ok([404, 405].includes(answer.status), `${method} ${endpoint.path}: ${answer.status}`);
          assertRefusal(answer);
        }
      }
      for (const unknown of ["/v1/file/nothing.cgi", "/v1/", "/v1", "/v2/file/ls.cgi", "/v1/file/ls", "/nothing"]) {
        assertRefusal(await guest.request(unknown, { method: "POST" }), 404);
      }
    });

    test("are KO for invalid paths", async () => {
      for (const bad of [
        "/%zz",
        "/v1/%c3%28.cgi",
        `/${"a".repeat(8000)}`,
        `/dir/${"a".repeat(500)}`,
        "/v1/..%2f..%2fx",
      ]) {
        const answer = await send(`${server.url}${bad}`, { headers: key });
        assert.ok(answer.status >= 400 && answer.status < 500, `${bad.slice(0, 20)}: ${answer.status}`);
        if (!answer.text.startsWith("<!DOCTYPE")) assertRefusal(answer);
      }
    });

    test("always end in a number of at most three digits, and contain no other #", async () => {
      const refused = [
        await owner.call("file/info", { url: "https://1fichier.com/?abcdefghij0123456789" }),
        await owner.call("folder/rm", { folder_id: 0 }),
        await owner.call("folder/mkdir", { name: "a/#123456" }),
        await owner.call("folder/ls", { folder_id: 999_999 }),
        await owner.call("file/mv", { urls: [url] }),
        await guest.call("user/info"),
      ];
      for (const answer of refused) assertRefusal(answer);
    });

    test("use only the statuses that JDownloader reads on its three calls", async () => {
      const calls = [
        ["user/info", {}],
        ["file/info", { url: "nonsense" }],
        ["file/info", { url: "https://1fichier.com/?abcdefghij0123456789" }],
        ["download/get_token", { url: "https://1fichier.com/?abcdefghij0123456789" }],
      ] as const;
      const strangers = [guest, new ApiClient(server, "nobody-holds-this-key-0123456789")];
      for (const [name, body] of calls) {
        for (const client of [owner, ...strangers]) {
          const answer = await client.call(name, body);
          if (answer.status !== 200) assert.ok([401, 403, 404, 503].includes(answer.status), `${name} ${answer.text}`);
        }
      }
    });
  });
});
