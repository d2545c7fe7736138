import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { until } from "../_until.ts";
import type { Engine, Json } from "./_engine.ts";

const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const lookFile = new URL("_look.js", import.meta.url);
/** WebDriver's codes for keys that write nothing. */
const CONTROL = "\uE009";
const ENTER = "\uE007";

/** The whole name, or a part of it. */
type Name = string | { part: string };

/** What a user sees and does in any browser, by roles and names, with a real mouse and real keys. */
export class EnginePage {
  readonly #engine: Engine;
  #looking: Promise<string> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async click(role: string, name: Name): Promise<void> {
    const [x, y] = await this.#until(`${role} ${JSON.stringify(name)}`, () =>
      this.#look<[number, number]>("placeOf", role, name),
    );
    await this.#engine.perform("pointer", [
      { type: "pointerMove", x, y },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ]);
  }

  async waitFor(role: string, name: Name): Promise<void> {
    await this.#until(
      `${role} ${JSON.stringify(name)}`,
      async () => (await this.#look("isThere", role, name)) || undefined,
    );
  }

  async waitForText(text: string): Promise<void> {
    await this.#until(`the text ${text}`, async () => (await this.#call("says", text)) || undefined);
  }

  /** Replaces the text in a field. */
  async fill(label: string, text: string): Promise<void> {
    await this.click("field", label);
    await this.pressWithControl("a");
    await this.#type(text);
  }

  /** The text in a field. */
  async valueOf(label: string): Promise<string | undefined> {
    return (await this.#call<string>("valueOf", label)) || undefined;
  }

  async pressEnter(): Promise<void> {
    await this.#type(ENTER);
  }

  async pressWithControl(key: string): Promise<void> {
    await this.#engine.perform("key", [
      { type: "keyDown", value: CONTROL },
      { type: "keyDown", value: key },
      { type: "keyUp", value: key },
      { type: "keyUp", value: CONTROL },
    ]);
  }

  async #until<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
    try {
      return await until(what, look);
    } catch (error) {
      const text = await this.#engine.run("() => location.href + '\\n' + document.body.innerText");
      throw new Error(`${(error as Error).message} on ${String(text)}`, { cause: error });
    }
  }

  async #type(text: string): Promise<void> {
    const steps = [...text].flatMap((value) => [
      { type: "keyDown" as const, value },
      { type: "keyUp" as const, value },
    ]);
    await this.#engine.perform("key", steps);
  }

  #look<Found>(what: "placeOf" | "isThere", role: string, name: Name): Promise<Found | undefined> {
    return typeof name === "string" ? this.#call(what, role, name, true) : this.#call(what, role, name.part, false);
  }

  async #call<Found>(what: string, ...args: Json[]): Promise<Found | undefined> {
    const script = `(...args) => globalThis.consigneLook === undefined ? "absent" : consigneLook.${what}(...args)`;
    const answer = await this.#engine.run(script, ...args);
    if (answer !== "absent") return (answer as Found | null) ?? undefined;
    // Lost with each page that is left.
    this.#looking ??= Promise.all([readFile(axeFile, "utf8"), readFile(lookFile, "utf8")]).then((each) =>
      each.join("\n"),
    );
    await this.#engine.run(`() => { ${await this.#looking}\n }`);
    return undefined;
  }
}
