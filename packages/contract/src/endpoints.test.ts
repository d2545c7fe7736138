import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Compile } from "typebox/compile";
import { type Endpoint, errorsOf } from "./endpoint.ts";
import { type EndpointName, endpoints } from "./endpoints.ts";
import type { FileInfoResponse, FileLsResponse, FolderLsResponse, UserInfoResponse } from "./index.ts";
import type { PageEndpoint } from "./page-endpoint.ts";
import { pageEndpoints } from "./page-endpoints.ts";
import { folderDirJson, uploadReportJson } from "./report-bodies.ts";

const all = Object.entries(endpoints) as [EndpointName, Endpoint][];

describe("every endpoint", () => {
  it("has its own path and operation", () => {
    assert.equal(new Set(all.map(([, each]) => each.path)).size, all.length);
    assert.equal(new Set(all.map(([, each]) => each.operation)).size, all.length);
    for (const [name, each] of all) {
      const path = each.operation.replaceAll(".", "/");
      const isOurs =
        /^(keys|account|session|activity|admin|link|import|manifest|entry|batch|share|trash|uploads|version|folder(List|Zip)$|remote(List|Show|Cancel|Remove|Retry)$)/.test(
          name,
        );
      assert.equal(each.path, isOurs ? `/x/v1/${path}` : `/v1/${path}.cgi`);
    }
  });

  it("has the path that clients call", () => {
    assert.equal(endpoints.downloadGetToken.path, "/v1/download/get_token.cgi");
    assert.equal(endpoints.uploadGetUploadServer.path, "/v1/upload/get_upload_server.cgi");
    assert.deepEqual(endpoints.uploadGetUploadServer.methods, ["GET", "HEAD", "POST"]);
    assert.equal(endpoints.ftpUsersAdd.path, "/v1/ftp/users/add.cgi");
  });

  it("requires a key and a scope if it touches the account", () => {
    for (const [name, each] of all) {
      assert.equal(each.scope === undefined, name === "uploadGetUploadServer", name);
      const open: Record<string, string> = { uploadGetUploadServer: "none", fileRm: "optional" };
      assert.equal(each.identification, open[name] ?? "key", name);
    }
  });

  it("requires the right to write if it changes something", () => {
    for (const [name, each] of all) {
      // `adminStorageCheck` starts a check, while `vouchersCheck` only looks.
      const isReading =
        name !== "adminStorageCheck" &&
        /(^manifestGet|Ls|List|Stat|Search|Show|Zip|Entries|Info|Check|GetToken|GetUploadServer|Export|Contents|Parts|People|Received|Settings)$/.test(
          name,
        );
      assert.equal(each.scope?.right === "write", !isReading, name);
    }
    assert.deepEqual(endpoints.folderShare.scope, { area: "shares", right: "write" });
    assert.deepEqual(endpoints.downloadGetToken.scope, { area: "downloads", right: "read" });
  });

  it("has an example answer that matches its schema", () => {
    for (const [name, each] of all) {
      const check = Compile(each.response);
      assert.ok(check.Check(each.example.response), `${name} ${JSON.stringify(check.Errors(each.example.response))}`);
    }
  });

  it("has no null in its answers", () => {
    for (const [name, each] of all) assert.doesNotMatch(JSON.stringify(each.response), /"null"/, name);
  });

  it("lists each refusal once", () => {
    for (const [name, each] of all) {
      const names = errorsOf(each);
      assert.equal(new Set(names).size, names.length, name);
      assert.ok(names.includes("badRequest"), name);
    }
    assert.ok(errorsOf(endpoints.fileLs).includes("noSuchUser"));
  });
});

describe("the types in answers", () => {
  const refuses = (endpoint: Endpoint, changes: object): void =>
    assert.equal(Compile(endpoint.response).Check({ ...endpoint.example.response, ...changes }), false);

  it("are text where rclone decodes text, and numbers where it decodes numbers", () => {
    const answer: Partial<UserInfoResponse> = { offer: "1", ftp_did: 0 };
    assert.deepEqual(answer, { offer: "1", ftp_did: 0 });
    const numbers = [
      "offer",
      "2fa",
      "mail_rm",
      "ftp_mode",
      "ftp_report",
      "ru_report",
      "default_port",
      "cdn",
      "use_cdn",
    ];
    for (const key of [...numbers, "default_port_files", "download_menu", "upload_forbidden"]) {
      refuses(endpoints.userInfo, { [key]: 0 });
    }
    const integers = ["ftp_did", "default_domain", "page_limit", "default_quota", "cold_storage", "overquota"];
    for (const key of integers) refuses(endpoints.userInfo, { [key]: "0" });
  });

  it("give sizes as numbers in listings and as text in the upload report", () => {
    const report = { incoming: 0, links: [{ download: "l", filename: "a", remove: "", size: "12", whirlpool: "w" }] };
    const check = Compile(uploadReportJson);
    assert.ok(check.Check(report));
    assert.equal(check.Check({ ...report, incoming: "0" }), false);
    assert.equal(check.Check({ ...report, links: [{ ...report.links[0], size: 12 }] }), false);
    const file: FileLsResponse["items"][number]["size"] = 12;
    refuses(endpoints.fileLs, { items: [{ size: `${file}` }] });
    const listed = { link: "l", filename: "a", size: 1, password: 0, acl: 0 };
    assert.ok(Compile(folderDirJson).Check([listed]));
    assert.equal(Compile(folderDirJson).Check([{ ...listed, password: "0" }]), false);
  });

  it("require both keys of the media type and both ids of a sub-folder", () => {
    const type: Pick<FileInfoResponse, "content-type" | "content_type"> = {
      "content-type": "a/b",
      content_type: "a/b",
    };
    for (const key of Object.keys(type)) refuses(endpoints.fileInfo, { [key]: undefined });
    const sub: FolderLsResponse["sub_folders"][number] = {
      id: 7,
      folder_id: 7,
      name: "a",
      create_date: "2026-01-30 09:00:00",
      pass: 0,
    };
    for (const key of Object.keys(sub)) {
      refuses(endpoints.folderLs, { sub_folders: [{ ...sub, [key]: undefined }] });
    }
  });
});

describe("every other URL", () => {
  const pages: [string, PageEndpoint][] = Object.entries(pageEndpoints);

  it("describes each parameter in its path", () => {
    for (const [name, page] of pages) {
      const inPath = [...page.path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const described = page.parameters.filter((each) => each.in === "path").map((each) => each.name);
      assert.deepEqual(inPath, described, name);
    }
  });

  it("has its own path and operation", () => {
    assert.equal(new Set(pages.map(([, page]) => page.path)).size, pages.length);
    assert.equal(new Set([...pages, ...all].map(([, each]) => each.operation)).size, pages.length + all.length);
  });
});
