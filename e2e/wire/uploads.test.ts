import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints, uploadReportJson } from "@consigne/contract";
import { VirtualClock } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer, assertShape } from "./_shapes.ts";
import { assertRefusal, bearer, HELLO_WHIRLPOOL, idOf, JSON_TYPE, makeFolder, send } from "./_wire.ts";

const BOUNDARY = "----consigneTestBoundary";

suite("uploads and their reports", () => {
  const clock = new VirtualClock();
  let server: TestServer;
  let owner: ApiClient;
  let key: Record<string, string>;
  let uploads = 0;

  before(async () => {
    server = await startTestServer({ clock, settings: { CONSIGNE_ANONYMOUS_UPLOAD: "on" } });
    owner = new ApiClient(server, server.apiKey);
    key = bearer(server.apiKey);
  });
  after(() => server[Symbol.asyncDispose]());

  const newId = () => `up${String(++uploads).padStart(8, "0")}`;
  const file = (head: string, content: string) => `${head}\r\n\r\n${content}`;
  const named = (name: string, content = "hello", field = "file[]") =>
    file(`Content-Disposition: form-data; name="${field}"; filename="${name}"`, content);
  const field = (name: string, value: string) => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
  const bodyOf = (parts: string[], boundary = BOUNDARY) =>
    `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join("")}--${boundary}--\r\n`;
  const post = (id: string, parts: string[], options: { path?: string; headers?: Record<string, string> } = {}) =>
    send(`${server.url}${options.path ?? "/upload.cgi"}?id=${id}`, {
      method: "POST",
      headers: { ...key, "content-type": `multipart/form-data; boundary=${BOUNDARY}`, ...options.headers },
      body: bodyOf(parts),
    });
  const report = (id: string, headers: Record<string, string> = {}, query = "") =>
    send(`${server.url}/end.pl?xid=${id}${query}`, { headers });
  const linksOf = async (id: string) => {
    const answer = await report(id, { JSON: "1" });
    assert.equal(answer.status, 200, answer.text);
    assertShape(uploadReportJson, answer.json);
    return answer.json?.["links"] as Record<string, string>[];
  };
  const upload = async (parts: string[]) => {
    const id = newId();
    const answer = await post(id, parts);
    assert.equal(answer.status, 302, answer.text);
    return linksOf(id);
  };
  const info = (url: unknown) => owner.ok("file/info", { url });

  test("answer with a relative 302 and the report's id, on node and API host", async () => {
    for (const path of ["/upload.cgi", "/v1/upload.cgi"]) {
      const id = newId();
      const answer = await post(id, [named("a.bin")], { path });
      assert.equal(answer.status, 302);
      assert.equal(answer.headers.get("location"), `/end.pl?xid=${id}`);
      for (const end of ["/end.pl", "/v1/end.pl"]) {
        assert.equal((await send(`${server.url}${end}?xid=${id}`, { headers: { JSON: "1" } })).status, 200);
      }
    }
  });

  test("list the file before they answer", async () => {
    const [link] = await upload([named("at once.bin")]);
    assert.equal((await info(link?.["download"]))["filename"], "at once.bin");
  });

  test("report JSON with a numeric incoming, the size as text and an empty removal link", async () => {
    const id = newId();
    await post(id, [named("a.bin")]);
    for (const ask of [{ JSON: "1" }, { json: "1" }, { Json: "1" }] as Record<string, string>[]) {
      const answer = await report(id, ask);
      assert.equal(answer.headers.get("content-type"), JSON_TYPE);
      assert.doesNotMatch(answer.text, /\n/);
      assertShape(uploadReportJson, answer.json);
      const links = (answer.json?.["links"] ?? []) as Record<string, unknown>[];
      const [{ download, ...rest } = { download: undefined }] = links;
      assert.equal(answer.json?.["incoming"], 0);
      assert.ok(String(download).startsWith(`${server.url}/?`));
      assert.deepEqual(rest, { filename: "a.bin", remove: "", size: "5", whirlpool: HELLO_WHIRLPOOL });
    }
    for (const query of ["&JSON=1", "&json=1"]) assert.equal((await report(id, {}, query)).json?.["incoming"], 0);
    assert.match((await report(id, {}, "&JSON=2")).text, /\n/);
  });

  test("report one CSV line of six columns per file", async () => {
    const id = newId();
    await post(id, [named("semi;colon.bin"), named("b.bin", "")]);
    for (const [headers, query] of [
      [{ EXPORT: "1" }, ""],
      [{ export: "1" }, ""],
      [{}, "&Export=1"],
      [{}, "&EXPORT=1"],
    ] as [Record<string, string>, string][]) {
      const answer = await report(id, headers, query);
      assert.match(answer.headers.get("content-type") ?? "", /^text\/plain/);
      assert.match(answer.text, /^semi_colon\.bin;5;[a-z0-9]{20};;0;0\nb\.bin;0;[a-z0-9]{20};;0;0\n$/);
    }
  });

  test("report HTML by default, with the words and structure scrapers expect", async () => {
    const id = newId();
    await post(id, [named("page & <b>.bin")]);
    const [link] = await linksOf(id);
    const answer = await report(id, { "consigne-face": "1fichier.com" });
    assert.match(answer.headers.get("content-type") ?? "", /^text\/html/);
    assert.match(answer.text, /Upload finished/);
    const fileId = idOf(link?.["download"] ?? "");
    assert.equal(/1fichier\.com\/\?(\w+)/.exec(answer.text)?.[1], fileId);
    const lines = answer.text.split("\n");
    assert.equal(lines[73]?.slice(66).split("<")[0], "page &amp; &lt;b&gt;.bin");
    assert.equal(lines[75]?.slice(33).split('"')[0], `https://1fichier.com/?${fileId}`);
  });

  test("give the same report each time, by GET and POST, for hours but not forever", async () => {
    const id = newId();
    await post(id, [named("again.bin")]);
    const first = (await report(id, { JSON: "1" })).text;
    for (let times = 0; times < 3; times++) assert.equal((await report(id, { JSON: "1" })).text, first);
    const posts = [
      { body: "" },
      { body: "x=1", headers: { "content-type": "application/x-www-form-urlencoded" } },
      { body: "{}", headers: { "content-type": "application/json" } },
    ];
    for (const { body, headers } of posts) {
      const answer = await send(`${server.url}/end.pl?xid=${id}`, {
        method: "POST",
        headers: { JSON: "1", ...headers },
        body,
      });
      assert.equal(answer.text, first);
    }
    clock.advance(2 * 3_600_000);
    assert.equal((await report(id, { JSON: "1" })).text, first);
    clock.advance(23 * 3_600_000);
    assertRefusal(await report(id, { JSON: "1" }), 404);
  });

  test("answer 404 to an unknown report in the requested format", async () => {
    assertRefusal(await report("unknown1", { JSON: "1" }), 404, 570);
    const page = await report("unknown1");
    assert.equal(page.status, 404);
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    assert.equal((await report("unknown1", { EXPORT: "1" })).status, 404);
    for (const query of ["", "?xid=", "?xid=../../etc", "?xid=aaaaaaaaaaaaaaaaaaaa"]) {
      assertRefusal(await send(`${server.url}/end.pl${query}`, { headers: { JSON: "1" } }), 404);
    }
  });

  test("accept fields before and after the files, and an empty did", async () => {
    const folder = await makeFolder(owner, "by did");
    const fields = [field("did", String(folder)), field("domain", "3"), field("dpass", "open sesame")];
    for (const parts of [
      [...fields, named("before.bin")],
      [named("after.bin"), ...fields],
    ]) {
      const [link] = await upload(parts);
      const details = await info(link?.["download"]);
      assert.deepEqual([details["folder_id"], details["pass"]], [folder, 1]);
    }
    const [rooted] = await upload([named("rooted.bin"), field("did", ""), field("dpass", ""), field("ssl_on", "on")]);
    assert.equal((await info(rooted?.["download"]))["folder_id"], 0);
  });

  test("put files for an unknown or another account's folder into the root", async () => {
    for (const did of ["999999", "-1", "x", "1e3", "9".repeat(30)]) {
      const [link] = await upload([named("astray.bin"), field("did", did)]);
      assert.equal((await info(link?.["download"]))["folder_id"], 0, did);
    }
  });

  test("accept what 1fichier.com refuses: quoted boundaries, bare names, parts without a type or with an early one", async () => {
    const id = newId();
    const quoted = { "content-type": `multipart/form-data; boundary="${BOUNDARY}"` };
    assert.equal((await post(id, [named("quoted.bin")], { headers: quoted })).status, 302);
    const variants = [
      file("Content-Disposition: form-data; name=file[]; filename=bare.bin", "x"),
      file('Content-Type: text/plain\r\nContent-Disposition: form-data; name="file[]"; filename="early.bin"', "x"),
      file('content-disposition:form-data;name="file[]";filename="tight.bin"', "x"),
      file('Content-Disposition: form-data; name="upfile"; filename="other-field.bin"', "x"),
      file("Content-Disposition: form-data; name=\"file[]\"; filename*=UTF-8''star%20%C3%A9.bin", "x"),
    ];
    const names = ["bare.bin", "early.bin", "tight.bin", "other-field.bin", "star é.bin"];
    for (const [index, part] of variants.entries()) {
      assert.deepEqual(
        (await upload([part])).map(({ filename }) => filename),
        [names[index]],
      );
    }
  });

  test("keep base names only, byte for byte", async () => {
    const sent = {
      "/home/me/pictures/a.jpg": "a.jpg",
      "dir\\b.jpg": "b.jpg",
      "../../etc/passwd": "passwd",
      "C:\\x\\c.txt": "c.txt",
      "été 日本 🎉.txt": "été 日本 🎉.txt",
      "%22%2F.bin": "%22%2F.bin",
      "..": "file",
    };
    for (const [name, kept] of Object.entries(sent)) {
      const [link] = await upload([named(name)]);
      assert.equal(link?.["filename"], kept);
      assert.equal((await info(link?.["download"]))["filename"], kept);
    }
    const escaped = file('Content-Disposition: form-data; name="file[]"; filename="say \\"hi\\".txt"', "x");
    assert.equal((await upload([escaped]))[0]?.["filename"], 'say "hi".txt');
  });

  test("accept names as long as any file system allows, and show control characters as symbols", async () => {
    const names = ["x".repeat(255), "é".repeat(255), "日".repeat(255), "🎉".repeat(255), "y".repeat(1024)];
    const links = await upload(names.map((name) => named(name)));
    assert.deepEqual(
      links.map(({ filename }) => filename),
      names,
    );
    const [link] = await upload([named("tab\there\u007f")]);
    assert.equal(link?.["filename"], "tab␉here␡");
  });

  test("refuse a whole upload with the file name and the reason, and store nothing", async () => {
    const folder = await makeFolder(owner, "refused names");
    const long = `holiday-${"z".repeat(1017)}`;
    const wrong: [part: string, says: RegExp][] = [
      [named(long), /The name &quot;holiday-z+…&quot; has 1025 bytes; a name can have at most 1024/],
      [file("Content-Disposition: form-data; name=f; filename*=klingon''x", "x"), /The name of a file cannot be read/],
      [
        file("Content-Disposition: form-data; name=f; filename=a\r\nContent-Transfer-Encoding: base64", "eA=="),
        /A part has the Content-Transfer-Encoding base64; send its bytes as they are/,
      ],
    ];
    for (const [part, says] of wrong) {
      const parts = [field("did", String(folder)), named("fine.txt"), part, named("also fine.txt")];
      const page = await post(newId(), parts);
      assert.equal(page.status, 400, page.text);
      const words = /<div class="bloc2">([^<]*)<\/div>/.exec(page.text)?.[1] ?? "";
      assert.match(words, says);
      assert.doesNotMatch(page.text, /Ne peut ouvrir le fichier|try again|try later/i);
      const json = await post(newId(), parts, { headers: { JSON: "1" } });
      assertRefusal(json, 400);
    }
    assertRefusal(await post(newId(), [named(long)], { headers: { JSON: "1" } }), 400, 566);
    assert.deepEqual((await owner.ok("file/ls", { folder_id: folder }))["items"], []);
  });

  test("read file names in every form that programs write", async () => {
    const heads = {
      "新.txt": [
        "filename=\"??????.txt\"; filename*=UTF-8''%E6%96%B0.txt",
        "filename=\"=?utf-8?B?5pawLnR4dA==?=\"; filename*=utf-8''%E6%96%B0.txt",
        'filename="=?utf-8?B?5pawLnR4dA==?="',
        "filename*0*=utf-8''%E6%96; filename*1*=%B0.txt",
      ],
      "été.txt": ["filename=\"e.txt\"; filename*=iso-8859-1''%E9t%E9.txt"],
    };
    for (const [name, ways] of Object.entries(heads)) {
      for (const way of ways) {
        const [link] = await upload([file(`Content-Disposition: form-data; name="file[]"; ${way}`, "x")]);
        assert.equal(link?.["filename"], name, way);
      }
    }
  });

  test("refuse form fields that are not text, and never alter them", async () => {
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="dpass"\r\n`;
    const body = (before: string, value: number[]) =>
      Buffer.concat([
        Buffer.from(`${head}${before}\r\n`),
        Buffer.from(value),
        Buffer.from(`\r\n--${BOUNDARY}\r\n${named("with password")}\r\n--${BOUNDARY}--\r\n`),
      ]);
    const sendBytes = (bytes: Buffer) =>
      send(`${server.url}/upload.cgi?id=${newId()}`, {
        method: "POST",
        headers: { ...key, "content-type": `multipart/form-data; boundary=${BOUNDARY}` },
        body: bytes,
      });
    const password = [0x73, 0xe9, 0x73, 0x61, 0x6d, 0x65];
    const refused = await sendBytes(body("", password));
    assert.equal(refused.status, 400);
    assert.match(refused.text, /The text of the form field &quot;dpass&quot; is not valid UTF-8; nothing was stored/);
    const told = await sendBytes(body("Content-Type: text/plain; charset=iso-8859-1\r\n", password));
    assert.equal(told.status, 302);
  });

  test("accept several files in one upload, in order", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `many-${index}.txt`);
    const links = await upload(names.map((name) => named(name, name)));
    assert.deepEqual(
      links.map(({ filename }) => filename),
      names,
    );
    const last = await owner.download(links[19]?.["download"] ?? "");
    assert.equal(last.bytes.toString(), "many-19.txt");
  });

  test("accept empty files, and treat an empty file input as no file", async () => {
    const [link] = await upload([named("empty.bin", "")]);
    assert.equal(link?.["size"], "0");
    assert.equal((await owner.download(link?.["download"] ?? "")).bytes.length, 0);
    const none = await post(newId(), [named("", "")]);
    assert.match(none.text, /<div class="bloc2">Pas de fichier trouvé dans l'envoi</);
    assert.ok(none.status >= 400);
  });

  test("refuse empty files if the operator chose 1fichier.com's behaviour", async () => {
    await using strict = await startTestServer({ settings: { CONSIGNE_EMPTY_FILES: "refuse" } });
    const form = new FormData();
    form.append("file[]", new Blob([]), "empty.bin");
    const init = { method: "POST", body: form, headers: { JSON: "1" } };
    assertRefusal(await new ApiClient(strict, strict.apiKey).request("/upload.cgi", init), 400, 574);
  });

  test("free the id after a failure and refuse it after a success", async () => {
    const id = newId();
    assert.ok((await post(id, [field("did", "0")])).status >= 400);
    assert.equal((await post(id, [named("second.bin")])).status, 302);
    const again = await post(id, [named("third.bin")], { headers: { JSON: "1" } });
    assertRefusal(again, 409, 571);
    assert.deepEqual(
      (await linksOf(id)).map(({ filename }) => filename),
      ["second.bin"],
    );
  });

  test("accept the offered ids and ids that clients invent, and no others", async () => {
    const { id } = assertAnswer(endpoints.uploadGetUploadServer, await owner.call("upload/get_upload_server"));
    assert.equal((await post(String(id), [named("offered.bin")])).status, 302);
    assert.equal((await post("qwertyuiop", [named("invented.bin")])).status, 302);
    for (const bad of ["a.b", "../x", "12345678901", "a b", "%00"]) {
      const answer = await post(encodeURIComponent(bad), [named("x")], { headers: { JSON: "1" } });
      assertRefusal(answer, 400);
    }
    const without = await send(`${server.url}/upload.cgi`, {
      method: "POST",
      headers: { ...key, accept: "text/html", "content-type": `multipart/form-data; boundary=${BOUNDARY}` },
      body: bodyOf([named("no-id.bin")]),
    });
    assert.match(without.headers.get("location") ?? "", /^\/end\.pl\?xid=[A-Za-z0-9]{10}$/);
  });

  test("return a removal code for a guest's file in all three reports", async () => {
    const id = newId();
    const body = bodyOf([named("guest.bin")]);
    const headers = { "content-type": `multipart/form-data; boundary=${BOUNDARY}` };
    assert.equal((await send(`${server.url}/upload.cgi?id=${id}`, { method: "POST", headers, body })).status, 302);
    const [link] = await linksOf(id);
    const code = /^.+\/remove\/[a-z0-9]{20}\/(\w{8,})$/.exec(link?.["remove"] ?? "")?.[1];
    assert.ok(code !== undefined);
    assert.equal((await report(id, { EXPORT: "1" })).text.split(";")[3], code);
    assert.match((await report(id)).text, new RegExp(`/remove/\\w+/${code}<`));
  });

  test("store equal content once and serve both files", async () => {
    const links = await upload([named("copy-1", "equal content"), named("copy-2", "equal content")]);
    assert.equal(new Set(links.map(({ download }) => download)).size, 2);
    for (const link of links) {
      assert.equal((await owner.download(link["download"] ?? "")).bytes.toString(), "equal content");
    }
  });
});
