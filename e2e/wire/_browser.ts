import assert from "node:assert/strict";
import { type RawAnswer, send } from "./_wire.ts";

const page = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

/** The parts of a browser needed for signing in: one site's cookies, redirects, forms, and what it says about pages. */
export class Browser {
  readonly #url: string;
  readonly #at: string;
  readonly #headers: Record<string, string>;
  readonly #isSafe: boolean;
  readonly cookies = new Map<string, string>();
  /** The cookies set by the last answers, including attributes. */
  readonly setCookies: string[] = [];
  takesCookies = true;

  /**
   * `at`: where the server really listens. `isSafe`: over https, or with loopback; otherwise browsers say nothing about
   * the page behind a request, except the origin of a form.
   */
  constructor(
    { url }: { url: string },
    { headers = {}, at = url, isSafe = true }: { headers?: Record<string, string>; at?: string; isSafe?: boolean } = {},
  ) {
    this.#url = url;
    this.#at = at;
    this.#headers = { host: new URL(url).host, ...headers };
    this.#isSafe = isSafe;
  }

  /** Opens a page, through a link or by hand. */
  async open(path: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
    return this.#follow(path, { headers: { ...page, ...this.#site("none"), ...headers } });
  }

  /** Sends a form of one of our pages. */
  async post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<RawAnswer> {
    const own = { origin: this.#url, ...this.#site("same-origin") };
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const body = String(new URLSearchParams(fields));
    return this.#follow(path, { method: "POST", headers: { ...page, ...own, ...type, ...headers }, body });
  }

  async signIn(mail: string, pass: string, fields: Record<string, string> = {}): Promise<RawAnswer> {
    return this.post("/login.pl", { mail, pass, ...fields });
  }

  /** Fills in the form of a page whose field `do` has this value, and sends it. */
  async fillIn(path: string, action: string, fields: Record<string, string> = {}): Promise<RawAnswer> {
    const { text } = await this.open(path);
    const form = text.split("<form").find((part) => part.includes(`name="do" value="${action}"`));
    assert.ok(form !== undefined, `there is no form ${action} on ${path}`);
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(
      ([, name = "", value = ""]) => [name, value] as const,
    );
    return this.post(path, { ...Object.fromEntries(hidden), ...fields });
  }

  async #follow(path: string, options: NonNullable<Parameters<typeof send>[1]>, left = 5): Promise<RawAnswer> {
    const { pathname, search } = new URL(path, this.#url);
    const answer = await send(`${this.#at}${pathname}${search}`, {
      ...options,
      headers: { ...this.cookieHeader(), ...options.headers, ...this.#headers },
    });
    this.#keep(answer);
    const location = answer.headers.get("location");
    if (location === null || ![302, 303].includes(answer.status)) return answer;
    assert.ok(left > 0, "the redirects loop");
    const { origin: _origin, "content-type": _type, ...headers } = options.headers ?? {};
    return this.#follow(location, { headers }, left - 1);
  }

  #site(site: string): Record<string, string> {
    return this.#isSafe ? { "sec-fetch-site": site, "sec-fetch-dest": "document" } : {};
  }

  cookieHeader(): Record<string, string> {
    const pairs = [...this.cookies].map(([name, value]) => `${name}=${value}`);
    return pairs.length === 0 ? {} : { cookie: pairs.join("; ") };
  }

  #keep({ rawHeaders }: RawAnswer): void {
    for (const line of [rawHeaders["set-cookie"] ?? []].flat()) {
      this.setCookies.push(line);
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (!this.takesCookies) continue;
      if (/max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}
