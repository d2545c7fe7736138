import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { html } from "./html.ts";
import { renderPage } from "./layout.ts";
import { plainContext } from "./page-context.ts";
import { pageSecurityPolicy } from "./security-policy.ts";
import { styleAttributes, styleSheet, themes } from "./style-sheet.ts";

const context = plainContext("fr", "https://files.example");
const page = { title: "a <b>", main: html`<h1>a</h1>` };

describe("the frame of a page", () => {
  const text = renderPage(context, page);

  test("declares its language and escapes its title", () => {
    assert.match(text, /<html lang="fr">/);
    assert.match(text, /<title>a &lt;b&gt; - Consigne<\/title>/);
  });

  test("has its main landmark in the body's fourth div, and a skip link to it", () => {
    const body = text.slice(text.indexOf("<body>"));
    const opened = body.slice(0, body.indexOf(' id="main"'));
    assert.equal(opened.match(/^<div/gm)?.length, 4);
    assert.match(body, /<a href="#main">/);
    assert.match(body, /role="main"/);
  });

  test("shows who is signed in and how to sign out, and neither to guests", () => {
    assert.doesNotMatch(text, /logout\.pl/);
    const known = renderPage({ ...context, visitor: "me@example.org" }, page);
    assert.match(known, /<a href="https:\/\/files\.example\/console\/index\.pl">me@example\.org<\/a>/);
    assert.match(known, /href="https:\/\/files\.example\/logout\.pl"/);
  });

  test("shows the site's name once if the page has no other title", () => {
    assert.match(renderPage(context, { ...page, title: "Consigne" }), /<title>Consigne<\/title>/);
    assert.match(text, /<title>[^<]+ - Consigne<\/title>/);
  });

  test("keeps its own links after those of a report", () => {
    const switches = [{ language: "en" as const, href: "/end.pl?xid=a&lg=en" }];
    const report = renderPage(
      { ...context, switches },
      { ...page, main: html`<a href="x">x</a>`, isFirstLinkInMain: true },
    );
    assert.equal(/<a [^>]*href="([^"]*)"/.exec(report)?.[1], "x");
    assert.match(report, /href="\/end\.pl\?xid=a&amp;lg=en" lang="en"/);
  });
});

describe("the policy of a page", () => {
  const policy = pageSecurityPolicy(context);
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

  test("allows our style sheet and the attributes clients read, by their hashes only", () => {
    assert.ok(policy.includes(hash(styleSheet)));
    for (const attribute of Object.values(styleAttributes)) assert.ok(policy.includes(hash(attribute)), attribute);
    assert.doesNotMatch(policy, /unsafe-inline|script-src/);
    assert.doesNotMatch(styleSheet, /<|url\(|@import|\n/);
  });

  test("lets forms post to this site, on 1fichier.com to its hosts, and nowhere else", () => {
    assert.match(policy, /form-action 'self' https:\/\/files\.example;/);
    assert.match(
      pageSecurityPolicy({ site: "https://1fichier.com", downloadUrl: undefined }),
      /form-action 'self' https:\/\/1fichier\.com https:\/\/\*\.1fichier\.com;/,
    );
  });

  test("lets forms redirect to the download origin", () => {
    const told = pageSecurityPolicy({ site: "https://files.example.org", downloadUrl: "https://dl.example.org" });
    assert.match(told, /form-action 'self' https:\/\/files\.example\.org https:\/\/dl\.example\.org;/);
  });

  test("ignores an invalid host name", () => {
    for (const site of ["https://a;script-src *", "javascript:alert(1)", "https://a b", "", "https://a'b"]) {
      const told = pageSecurityPolicy({ site, downloadUrl: site });
      assert.match(told, /form-action 'self'; base-uri/, site);
    }
  });
});

describe("colours", () => {
  /** WCAG 2.2: the ratio of the lighter to the darker of two colours. */
  const contrast = (one: string, other: string): number => {
    const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const [name, theme] of Object.entries(themes)) {
    test(`of the ${name} theme have enough contrast`, () => {
      const surfaces = ["--surface-1", "--surface-2", "--surface-3"] as const;
      for (const surface of surfaces) {
        for (const text of ["--text-1", "--text-2", "--accent", "--accent-strong", "--bad", "--good"] as const) {
          const ratio = contrast(theme[text], theme[surface]);
          assert.ok(ratio >= 4.5, `${text} on ${surface}: ${ratio}`);
        }
        assert.ok(contrast(theme["--edge"], theme[surface]) >= 3, surface);
      }
      for (const fill of ["--accent-fill", "--accent-strong"] as const) {
        assert.ok(contrast(theme["--on-accent"], theme[fill]) >= 4.5, fill);
      }
      assert.ok(contrast(theme["--surface-1"], theme["--bad"]) >= 4.5);
    });
  }
});
