import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { refusalReasons, type WireError, wireErrors } from "@consigne/contract/wire-errors";
import { BadRequestError } from "@consigne/sdk";
import { texts as english } from "../texts/english.ts";
import { formatMessage } from "../texts/format-message.ts";
import { texts as french } from "../texts/french.ts";
import type { Text } from "../texts/use-text.ts";
import { failureText } from "./failure.ts";

const languages: readonly (readonly [string, Text])[] = [
  ["en", (id, values) => formatMessage(english[id as keyof typeof english], "en", values)],
  ["fr", (id, values) => formatMessage(french[id as keyof typeof french], "fr", values)],
];
const SAID = "What the server says";
const refusal = (number: number, status = 400, why: { reason?: string; reasonValue?: string } = {}) =>
  new BadRequestError({ endpoint: "call", status, number, messageText: SAID, ...why });

/**
 * Mistakes that only programs can make: the console sends JSON, does not use tus, and includes a file in each upload.
 */
const ofPrograms = ["contentTypeNotJson", "badRequest", "noFileInUpload", "tusVersion", "notOffsetStream"];

suite("a refusal by the server", () => {
  const wrong = Object.entries<WireError>(wireErrors).filter(
    ([name, { status }]) => [400, 412, 413, 415].includes(status) && !ofPrograms.includes(name),
  );
  for (const [language, text] of languages) {
    test(`is worded by the console in the reader's language: ${language}`, () => {
      for (const [name, { number, status }] of wrong)
        assert.ok(!failureText(refusal(number, status), text).includes(SAID), name);
    });

    test(`names an invalid value in the reader's language: ${language}`, () => {
      for (const reason of refusalReasons) {
        const said = failureText(refusal(550, 400, { reason, reasonValue: "1234" }), text);
        assert.ok(!said.includes(SAID) && !said.includes("{"), reason);
        assert.equal(said.includes("1234"), english[`why.${reason}`].includes("{value}"), reason);
      }
    });
  }

  test("unknown to this console is shown in the server's words", () => {
    const [, text = assert.fail()] = languages[1] ?? [];
    const of = (reason: string) => failureText(refusal(550, 400, { reason }), text);
    for (const reason of ["of-a-later-server", "constructor"]) assert.ok(of(reason).includes(SAID), reason);
  });
});
