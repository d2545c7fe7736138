import { visible } from "@consigne/contract/visible-text";
import type { UploadReport, UploadedFile } from "@consigne/core";
import { escapeHtml, type Html, html, lineCell } from "../pages/html.ts";
import { pageEnd, pageHead } from "../pages/layout.ts";
import { nameWarning } from "../pages/name-warning.ts";
import type { PageContext } from "../pages/page-context.ts";
import { sizeForClients } from "../pages/sizes.ts";

/** Builds links for the host that a request used. */
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

/** One line per file: name; size; id; removal code; domain; incoming. plowshare reads columns 3 to 5 of the first. */
export function renderUploadReportCsv(report: UploadReport): string {
  const flag = report.isIncoming ? 1 : 0;
  return report.files
    .map(({ name, sizeBytes, fileId, removalCode, domain }) => {
      return `${[lineCell(name), sizeBytes, fileId, removalCode, domain, flag].join(";")}\n`;
    })
    .join("");
}

/** A Java client reads from line 72 on, seven lines per file, each cell cut at a fixed column. */
const linesBeforeRows = 71;
const nameIndent = " ".repeat(47);
const cellIndent = " ".repeat(5);

/**
 * The report for browsers and scrapers. No `<tbody>`, no other attribute beside a link's href, and no other link before
 * the first: C#, Python and Go clients depend on each of these.
 */
export function renderUploadReportHtml(context: PageContext, report: UploadReport, links: ReportLinks): string {
  const { texts } = context;
  // Files of an account have no removal links: people need not see the column, but clients read it.
  const width = report.files.some(({ removalCode }) => removalCode !== "") ? "wide report" : "wide report own";
  const frame = { title: texts.upload.finishedTitle, width, isFirstLinkInMain: true } as const;
  const head = [...linesOf(pageHead(context, frame)), ...linesOf(html`<h1>${texts.upload.finished}</h1>`)];
  const columns = [texts.upload.file, texts.upload.size, texts.upload.link, texts.upload.removal];
  const headerRow = columns.map((column) => html`<th>${column}</th>`).join("");
  const table = ['<table class="premium">', `<tr>${headerRow}</tr>`];
  const padding = Array<string>(linesBeforeRows - head.length - table.length).fill("");
  const rows = report.files.flatMap((file) => row(context, file, links));
  // Programs read the names in the table as they are.
  const warnings = report.files.flatMap(({ name }) => nameWarning(context, name) ?? []).map(String);
  const pages = context.visitor === undefined ? [] : linesOf(pagesOf(context, report, links));
  return [
    ...head,
    ...padding,
    ...table,
    ...rows,
    "</table>",
    ...warnings,
    ...pages,
    ...linesOf(pageEnd(context, frame)),
    "",
  ].join("\n");
}

/** The links themselves would take their owner straight to the bytes. Below the table, where no client looks. */
function pagesOf({ texts, site, prefix }: PageContext, { files }: UploadReport, links: ReportLinks): Html {
  const { pages, pagesAdvice } = texts.upload;
  return html`
    <h2>${pages}</h2>
    <p>${pagesAdvice}</p>
    <ul>
    ${files.map(({ fileId, domain, name }) => html`<li><a href="${links.fileUrl(fileId, domain)}&page=1">${visible(name)}</a></li>`)}
    </ul>
    <p><a class="button" href="${site}${prefix}/console/files.pl">${texts.files.menu}</a></p>
  `;
}

const linesOf = (markup: Html): string[] => markup.toString().split("\n");

function row({ language }: PageContext, file: UploadedFile, links: ReportLinks): string[] {
  const url = escapeHtml(links.fileUrl(file.fileId, file.domain));
  return [
    "",
    "<tr>",
    `${nameIndent}<td class="normal">${escapeHtml(file.name)}</td>`,
    `${cellIndent}<td class="normal">${sizeForClients(file.sizeBytes, language)}</td>`,
    `${cellIndent}<td class="normal"><a href="${url}">${url}</a></td>`,
    `${cellIndent}<td class="normal">${escapeHtml(removalUrl(file, links)) || "--"}</td>`,
    "</tr>",
  ];
}

function removalUrl(file: UploadedFile, links: ReportLinks): string {
  return file.removalCode === "" ? "" : links.removalUrl(file.fileId, file.removalCode, file.domain);
}
