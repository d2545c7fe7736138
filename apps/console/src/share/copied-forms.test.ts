import assert from "node:assert/strict";
import { test } from "node:test";
import { copiedForm } from "./copied-forms.ts";

const url = "https://files.example/?abcdefghij0123456789";

test("a link is copied in each format with its name", () => {
  const link = { url, name: "cat 1.jpg" };
  assert.equal(copiedForm("link", link), url);
  assert.equal(copiedForm("html", link), `<a href="${url}">cat 1.jpg</a>`);
  assert.equal(copiedForm("markdown", link), `[cat 1.jpg](${url})`);
  assert.equal(copiedForm("bbcode", link), `[url=${url}]cat 1.jpg[/url]`);
});

test("a name remains text wherever it is pasted", () => {
  const copied = (form: "html" | "markdown" | "bbcode", name: string) => copiedForm(form, { url, name });
  assert.equal(
    copied("html", `<img src=x onerror="a('b')">&amp;`),
    `<a href="${url}">&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;amp;</a>`,
  );
  assert.equal(
    copied("markdown", "](javascript:x) ![a](b) `c` <d>"),
    String.raw`[\]\(javascript\:x\) \!\[a\]\(b\) \`c\` \<d\>](${url})`,
  );
  assert.equal(copied("bbcode", "[/url][img]x[/img]"), `[url=${url}](/url)(img)x(/img)[/url]`);
  assert.equal(copied("bbcode", "a\nb\u{202e}c"), `[url=${url}]a b c[/url]`);
});
