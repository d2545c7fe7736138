export interface Token {
  /** `text` of a string is its content; of a template without `${}` too. */
  kind: "word" | "string" | "punctuation";
  text: string;
  line: number;
}

const WORD = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /\d[\w.]*/y;
const SPACE = /\s+/y;
/** After these a slash starts a regular expression, although they look like values. */
const WORDS_BEFORE_EXPRESSION = new Set(
  "return typeof case in of delete void throw new instanceof do else yield await".split(" "),
);

/** Words, strings and punctuation of TypeScript source; comments, numbers and regular expressions leave no token. */
export function tokenize(source: string): Token[] {
  return new Tokenizer(source).run();
}

class Tokenizer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  /** One entry for each `${` still open: how many braces are open inside it. */
  readonly #substitutions: number[] = [];
  #at = 0;
  #line = 1;
  #mayStartRegex = true;

  constructor(source: string) {
    this.#source = source;
  }

  run(): Token[] {
    if (this.#source.startsWith("#!")) this.#skipTo("\n");
    while (this.#at < this.#source.length) this.#step();
    return this.#tokens;
  }

  #step(): void {
    const char = this.#source.charAt(this.#at);
    if (this.#take(SPACE) !== undefined) return;
    if (this.#source.startsWith("//", this.#at)) this.#skipTo("\n");
    else if (this.#source.startsWith("/*", this.#at)) this.#skipTo("*/");
    else if (char === '"' || char === "'") this.#string(char);
    else if (char === "`") this.#template();
    else if (char === "/" && this.#mayStartRegex) this.#regex();
    else this.#wordOrPunctuation(char);
  }

  #wordOrPunctuation(char: string): void {
    if (this.#take(NUMBER) !== undefined) {
      this.#mayStartRegex = false;
      return;
    }
    const line = this.#line;
    const word = this.#take(WORD);
    if (word !== undefined) {
      this.#tokens.push({ kind: "word", text: word, line });
      this.#mayStartRegex = WORDS_BEFORE_EXPRESSION.has(word);
      return;
    }
    this.#at += 1;
    if (char === "}" && this.#substitutions.at(-1) === 0) {
      this.#substitutions.pop();
      this.#templateRest("");
      return;
    }
    this.#countBrace(char);
    this.#tokens.push({ kind: "punctuation", text: char, line });
    this.#mayStartRegex = !")]}".includes(char);
  }

  #countBrace(char: string): void {
    const depth = this.#substitutions.at(-1);
    if (depth === undefined) return;
    if (char === "{") this.#substitutions[this.#substitutions.length - 1] = depth + 1;
    if (char === "}") this.#substitutions[this.#substitutions.length - 1] = depth - 1;
  }

  #string(quote: string): void {
    const line = this.#line;
    let text = "";
    this.#at += 1;
    while (this.#at < this.#source.length) {
      const char = this.#source.charAt(this.#at);
      // A line end inside quotes cannot be: the quote was misread, so give up on this string only.
      if (char === quote || char === "\n") break;
      text += this.#characters(char);
    }
    if (this.#source.charAt(this.#at) === quote) this.#at += 1;
    this.#tokens.push({ kind: "string", text, line });
    this.#mayStartRegex = false;
  }

  #template(): void {
    const line = this.#line;
    this.#at += 1;
    const text = this.#templateRest("");
    if (text !== undefined) this.#tokens.push({ kind: "string", text, line });
  }

  /** Reads on to the end of the template, or to the next `${`, when it answers undefined. */
  #templateRest(start: string): string | undefined {
    let text = start;
    this.#mayStartRegex = false;
    while (this.#at < this.#source.length) {
      if (this.#source.startsWith("${", this.#at)) {
        this.#at += 2;
        this.#substitutions.push(0);
        this.#mayStartRegex = true;
        return undefined;
      }
      const char = this.#source.charAt(this.#at);
      if (char === "`") {
        this.#at += 1;
        return text;
      }
      text += this.#characters(char);
    }
    return text;
  }

  /** One character, or a backslash and the character it hides, as written. */
  #characters(char: string): string {
    const text = char === "\\" ? this.#source.slice(this.#at, this.#at + 2) : char;
    this.#at += text.length;
    if (text.includes("\n")) this.#line += 1;
    return text;
  }

  #regex(): void {
    let isInClass = false;
    this.#at += 1;
    while (this.#at < this.#source.length) {
      const char = this.#source.charAt(this.#at);
      if (char === "\n" || (char === "/" && !isInClass)) break;
      if (char === "[") isInClass = true;
      if (char === "]") isInClass = false;
      this.#characters(char);
    }
    if (this.#source.charAt(this.#at) === "/") this.#at += 1;
    this.#mayStartRegex = false;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#source)?.[0];
    if (text !== undefined) this.#pass(text);
    return text;
  }

  #skipTo(end: string): void {
    const found = this.#source.indexOf(end, this.#at + 2);
    this.#pass(this.#source.slice(this.#at, found === -1 ? undefined : found + end.length));
  }

  #pass(text: string): void {
    this.#at += text.length;
    this.#line += text.split("\n").length - 1;
  }
}
