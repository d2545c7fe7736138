import type { UploadReport, UploadedFile } from "@consigne/core";
import { escapeHtml, formatSize, lineCell, pageHead } from "../pages/html.ts";

/** Prints links for the face a request came to. */
export interface ReportLinks {
  fileUrl(fileId: string, domain: number): string;
  removalUrl(fileId: string, removalCode: string, domain: number): string;
}

/** One line unless pretty. `incoming` is a number and `size` a string: rclone decodes them as such. */
export function renderUploadReportJson(report: UploadReport, links: ReportLinks, isPretty = false): string {
  const body = {
    incoming: report.isIncoming ? 1 : 0,
    links: report.files.map((file) => ({
      download: links.fileUrl(file.fileId, file.domain),
      filename: file.name,
      remove: removalUrl(file, links),
      size: String(file.sizeBytes),
      whirlpool: file.whirlpool,
    })),
  };
  return JSON.stringify(body, undefined, isPretty ? 2 : undefined);
}

/** One line a file: name; size; id; removal code; domain; incoming. plowshare reads columns 3 to 5 of the first. */
export function renderUploadReportCsv(report: UploadReport): string {
  const flag = report.isIncoming ? 1 : 0;
  return report.files
    .map(({ name, sizeBytes, fileId, removalCode, domain }) => {
      return `${[lineCell(name), sizeBytes, fileId, removalCode, domain, flag].join(";")}\n`;
    })
    .join("");
}

/** A Java client reads from line 72 on, seven lines a file, each cell cut at a fixed column. */
const linesBeforeRows = 71;
const nameIndent = " ".repeat(47);
const cellIndent = " ".repeat(5);
const headerRow = "<tr><th>File</th><th>Size</th><th>Download link</th><th>Removal link</th></tr>";

/**
 * The report for browsers and scrapers. No `<tbody>`, no other attribute beside a link's href, and no other file link
 * before the first: C#, Python and Go clients depend on each of these.
 */
export function renderUploadReportHtml(report: UploadReport, links: ReportLinks): string {
  const head = [...pageHead("Upload finished"), "<h1>Upload finished - Links</h1>"];
  const padding = Array<string>(linesBeforeRows - head.length - 2).fill("");
  const rows = report.files.flatMap((file) => row(file, links));
  const table = ['<table class="premium">', headerRow, ...rows, "</table>"];
  return [...head, ...padding, ...table, "</body>", "</html>", ""].join("\n");
}

function row(file: UploadedFile, links: ReportLinks): string[] {
  const url = escapeHtml(links.fileUrl(file.fileId, file.domain));
  return [
    "",
    "<tr>",
    `${nameIndent}<td class="normal">${escapeHtml(file.name)}</td>`,
    `${cellIndent}<td class="normal">${formatSize(file.sizeBytes)}</td>`,
    `${cellIndent}<td class="normal"><a href="${url}">${url}</a></td>`,
    `${cellIndent}<td class="normal">${escapeHtml(removalUrl(file, links)) || "--"}</td>`,
    "</tr>",
  ];
}

function removalUrl(file: UploadedFile, links: ReportLinks): string {
  return file.removalCode === "" ? "" : links.removalUrl(file.fileId, file.removalCode, file.domain);
}
