import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { plainContext } from "../pages/page-context.ts";
import { chooseReportFormat, chooseUploadAnswer } from "./report-format.ts";
import { renderUploadReportCsv, renderUploadReportHtml, renderUploadReportJson } from "./upload-report.ts";

const context = {
  ...plainContext("en", "https://1fichier.com"),
  switches: [{ language: "fr" as const, href: "/end.pl?xid=a1B2c3D4e5&lg=fr" }],
};
const links = {
  fileUrl: (id: string, domain: number) => `https://${domain === 0 ? "1fichier.com" : "alterupload.com"}/?${id}`,
  removalUrl: (id: string, code: string) => `https://1fichier.com/remove/${id}/${code}`,
};
const whirlpool = "0123456789abcdef".repeat(8);
const one = {
  fileId: "abcdefghij0123456789",
  name: "a.bin",
  sizeBytes: 11,
  whirlpool,
  domain: 0,
  removalCode: "sNabCdEf",
};
const odd = {
  ...one,
  fileId: "zyxwvutsrq9876543210",
  name: 'x;"<y>&\n é',
  sizeBytes: 425_134_162,
  domain: 1,
  removalCode: "",
};
const single = { isIncoming: false, files: [one] };
const both = { isIncoming: true, files: [one, odd] };

describe("the JSON report", () => {
  test("is one line with a number for incoming and strings for the rest", () => {
    assert.equal(
      renderUploadReportJson(single, links),
      '{"incoming":0,"links":[{"download":"https://1fichier.com/?abcdefghij0123456789","filename":"a.bin",' +
        `"remove":"https://1fichier.com/remove/abcdefghij0123456789/sNabCdEf","size":"11","whirlpool":"${whirlpool}"}]}`,
    );
  });

  test("leaves remove empty for an account's file and keeps names unescaped", () => {
    const {
      incoming,
      links: [, second],
    } = JSON.parse(renderUploadReportJson(both, links)) as {
      incoming: number;
      links: Record<string, string>[];
    };
    assert.equal(incoming, 1);
    assert.equal(second?.["remove"], "");
    assert.equal(second?.["filename"], odd.name);
    assert.equal(second?.["size"], "425134162");
  });

  test("is indented on request", () => {
    assert.match(renderUploadReportJson(single, links, true), /\n {2}"links": \[\n/);
  });
});

test("the CSV report has six columns per line and no header", () => {
  assert.equal(renderUploadReportCsv(single), "a.bin;11;abcdefghij0123456789;sNabCdEf;0;0\n");
  assert.equal(renderUploadReportCsv(both).split("\n")[1], 'x_"<y>&_ é;425134162;zyxwvutsrq9876543210;;1;1');
  assert.equal(renderUploadReportCsv({ isIncoming: false, files: [] }), "");
});

describe("the HTML report", () => {
  const html = renderUploadReportHtml(context, both, links);
  const lines = html.split("\n");

  test("says that the upload has finished", () => {
    assert.match(html, /Upload finished/);
  });

  test("has 71 lines before the first row and seven per file, cut at fixed columns", () => {
    const cells = (at: number) => [
      lines[at + 2]?.slice(66).split("<")[0],
      lines[at + 3]?.slice(24).split("<")[0],
      lines[at + 4]?.slice(33).split('"')[0],
      lines[at + 5]?.slice(24).split("<")[0],
    ];
    assert.deepEqual(lines.slice(71, 73), ["", "<tr>"]);
    assert.deepEqual(cells(71), [
      "a.bin",
      "11 B",
      "https://1fichier.com/?abcdefghij0123456789",
      "https://1fichier.com/remove/abcdefghij0123456789/sNabCdEf",
    ]);
    assert.deepEqual(cells(78), [
      "x;&quot;&lt;y&gt;&amp;  é",
      "405.44 MB",
      "https://alterupload.com/?zyxwvutsrq9876543210",
      "--",
    ]);
    assert.equal(lines[71 + 14], "</table>");
  });

  test("has rows as direct children of the premium table, two for one file", () => {
    const table =
      /<table class="premium">([^]*)<\/table>/.exec(renderUploadReportHtml(context, single, links))?.[1] ?? "";
    assert.doesNotMatch(html, /<tbody/);
    assert.equal(table.match(/<tr>/g)?.length, 2);
    assert.match(table.trim(), /^<tr><th>/);
    assert.equal(/<a href="([^"]+)"/.exec(html)?.[1], "https://1fichier.com/?abcdefghij0123456789");
    assert.match([...table.matchAll(/<td[^>]*>([^<]*)/g)].at(-1)?.[1] ?? "", /^https:\/\/1fichier\.com\/remove\//);
  });

  test("gives a greedy expression nothing after the link's closing quote", () => {
    const greedy = /<td class="normal"><a href="(.+)"/g;
    assert.deepEqual(
      [...html.matchAll(greedy)].map((match) => match[1]),
      [links.fileUrl(one.fileId, 0), links.fileUrl(odd.fileId, 1)],
    );
  });

  test("shows no file link before the first file's", () => {
    assert.equal(/1fichier\.com\/\?(\w+)/.exec(html)?.[1], one.fileId);
  });
});

test("the format is chosen by header or query in any letter case", () => {
  const html = { kind: "html", isPretty: false };
  assert.deepEqual(chooseReportFormat({}, {}), html);
  assert.deepEqual(chooseReportFormat({ json: "0" }, { export: "0" }), html);
  assert.deepEqual(chooseReportFormat({ json: "1" }, {}), { kind: "json", isPretty: false });
  assert.deepEqual(chooseReportFormat({}, { JSON: "2" }), { kind: "json", isPretty: true });
  assert.deepEqual(chooseReportFormat({}, { Json: ["1", "2"] }), { kind: "json", isPretty: false });
  assert.deepEqual(chooseReportFormat({ export: "1" }, {}), { kind: "csv", isPretty: false });
  assert.deepEqual(chooseReportFormat({}, { Export: "1" }), { kind: "csv", isPretty: false });
  assert.deepEqual(chooseReportFormat({ export: "1" }, { json: "1" }), { kind: "json", isPretty: false });
});

describe("the format of an answer if none is named", () => {
  const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  const java = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2";
  const kinds = (headers: Record<string, string>, query: Record<string, string> = {}, showsKey = false) => [
    chooseReportFormat(headers, query, showsKey).kind,
    chooseUploadAnswer(headers, query, showsKey).kind,
  ];

  test("follows Accept: JSON if it is preferred to a page", () => {
    const id = { id: "a1B2c3D4e5" };
    const json = ["application/json", "application/json, text/plain, */*", "text/html;q=0.5, Application/JSON"];
    for (const accept of json) assert.deepEqual(kinds({ accept }, id), ["json", "json"], accept);
    const pages = [browser, java, "*/*", "", "text/html, application/json", "application/json;q=0", "x,,;q"];
    for (const accept of pages) assert.deepEqual(kinds({ accept }, id), ["html", "html"], accept);
    assert.deepEqual(kinds({ accept: "application/json", json: "0" }), ["html", "html"]);
    assert.deepEqual(kinds({ accept: "application/json" }, { Export: "1" }), ["csv", "csv"]);
  });

  test("is JSON for a key in the parameters and for an upload without an id, unless a browser asks", () => {
    const id = { id: "a1B2c3D4e5" };
    assert.deepEqual(kinds({ accept: "*/*" }, id, true), ["json", "json"]);
    assert.deepEqual(kinds({}, {}), ["html", "json"]);
    for (const accept of [browser, java]) assert.deepEqual(kinds({ accept }, {}, true), ["html", "html"]);
  });

  test("is carried through the redirect if no header repeats it", () => {
    const carried = (headers: Record<string, string>, query: Record<string, string>, showsKey = false) =>
      chooseUploadAnswer(headers, query, showsKey).reportParameter;
    assert.equal(carried({}, { id: "a", JSON: "1" }), "JSON=1");
    assert.equal(carried({}, { id: "a", json: "2" }), "JSON=2");
    assert.equal(carried({}, { id: "a", Export: "1" }), "Export=1");
    assert.equal(carried({}, { id: "a" }, true), "JSON=1");
    assert.equal(carried({}, {}), "JSON=1");
    assert.equal(carried({ json: "1" }, {}), undefined);
    assert.equal(carried({ accept: "application/json" }, { id: "a" }), undefined);
    assert.equal(carried({}, { id: "a" }), undefined);
    assert.equal(carried({ accept: browser }, {}), undefined);
  });
});
