import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { escapeHtml, html, lineCell, trusted } from "./html.ts";

const hostile = '"><script>alert(1)</script>\n<a href="x';

describe("a template", () => {
  test("escapes every text and keeps markup", () => {
    assert.equal(String(html`<p title="${hostile}">${hostile}</p>`), `<p title="${escaped}">${escaped}</p>`);
    assert.equal(String(html`<p>${html`<b>${"<"}</b>`}${trusted("<br>")}${7}</p>`), "<p><b>&lt;</b><br>7</p>");
    assert.equal(String(html`${["<", html`<i></i>`]}`), "&lt;\n<i></i>");
  });

  test("keeps its lines and drops indentation and blank lines", () => {
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

  test("keeps spaces and line breaks in values and within lines", () => {
    assert.equal(String(html`<a href="${"x"}"  style>${trusted("\n    y")}</a>`), '<a href="x"  style>\n    y</a>');
  });

  test("gives the same result each time", () => {
    const row = (name: string) =>
      String(html`
      <p>${name}</p>
    `);
    assert.deepEqual([row("a"), row("b")], ["<p>a</p>", "<p>b</p>"]);
  });
});

const escaped = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; &lt;a href=&quot;x";

test("anything that could leave an element, an attribute or a line is escaped", () => {
  assert.equal(escapeHtml(`<b a="c">&'\r\n\u2028x`), "&lt;b a=&quot;c&quot;&gt;&amp;'   x");
  assert.equal(lineCell("a;b\r\nc\u2029"), "a_b__c_");
});
