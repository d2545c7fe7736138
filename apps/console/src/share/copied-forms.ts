export const forms = ["link", "html", "markdown", "bbcode"] as const;
export type CopiedForm = (typeof forms)[number];

export interface NamedLink {
  url: string;
  name: string;
}

/** A link as it is pasted elsewhere. The name is somebody else's text: there it stays text. */
export function copiedForm(form: CopiedForm, { url, name }: NamedLink): string {
  const plain = name.replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, " ");
  switch (form) {
    case "link":
      return url;
    case "html":
      return `<a href="${htmlText(url)}">${htmlText(plain)}</a>`;
    case "markdown":
      return `[${plain.replaceAll(/[\\`*_{}[\]<>()#+!|~&:@$^=]/g, "\\$&")}](${url})`;
    case "bbcode":
      // Boards agree on no way to write a bracket as such.
      return `[url=${url}]${plain.replaceAll("[", "(").replaceAll("]", ")")}[/url]`;
  }
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const htmlText = (text: string) => text.replaceAll(/[&<>"']/g, (each) => entities[each] ?? "");
