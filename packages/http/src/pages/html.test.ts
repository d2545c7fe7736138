import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { escapeHtml, html, lineCell, trusted } from "./html.ts";

const hostile = '"><script>alert(1)</script>\n<a href="x';

describe("a template", () => {
  test("escapes every text and leaves markup as it is", () => {
    assert.equal(String(html`<p title="${hostile}">${hostile}</p>`), `<p title="${escaped}">${escaped}</p>`);
    assert.equal(String(html`<p>${html`<b>${"<"}</b>`}${trusted("<br>")}${7}</p>`), "<p><b>&lt;</b><br>7</p>");
    assert.equal(String(html`${["<", html`<i></i>`]}`), "&lt;\n<i></i>");
  });

  test("keeps its lines and drops their indentation, and lines of nothing", () => {
    const page = html`
      <ul>
        ${["a", "b"].map((name) => html`<li>${name}</li>`)}
        ${undefined}
        ${false}
        ${[]}
        <li class="${""}">${""}</li>
      </ul>
    `;
    assert.equal(String(page), '<ul>\n<li>a</li>\n<li>b</li>\n<li class=""></li>\n</ul>');
  });

  test("leaves blanks and line breaks of values and within lines alone", () => {
    assert.equal(String(html`<a href="${"x"}"  style>${trusted("\n    y")}</a>`), '<a href="x"  style>\n    y</a>');
  });

  test("is the same each time it is used", () => {
    const row = (name: string) =>
      String(html`
      <p>${name}</p>
    `);
    assert.deepEqual([row("a"), row("b")], ["<p>a</p>", "<p>b</p>"]);
  });
});

const escaped = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; &lt;a href=&quot;x";

test("escapes what could leave an element, an attribute or a line", () => {
  assert.equal(escapeHtml(`<b a="c">&'\r\n\u2028x`), "&lt;b a=&quot;c&quot;&gt;&amp;'   x");
  assert.equal(lineCell("a;b\r\nc\u2029"), "a_b__c_");
});
