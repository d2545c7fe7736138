import assert from "node:assert/strict";
import { test } from "node:test";
import { wireErrors } from "@consigne/contract";
import { ArgumentError, DomainError } from "@consigne/core";
import { refusalsFrench } from "../pages/texts/refusals-french.ts";
import { answerOf, RequestError } from "./error-answer.ts";
import { refusalText } from "./refusal-text.ts";

test("every wire refusal has French words, which no program mistakes for a number", () => {
  assert.deepEqual(Object.keys(refusalsFrench).toSorted(), Object.keys(wireErrors).toSorted());
  for (const text of Object.values(refusalsFrench)) assert.match(text, /^[A-ZÀ-Ü][^#]+[^.#]$/u);
});

test("people get a refusal in their language, and in English with the details of the case", () => {
  const tooLarge = answerOf(new DomainError("file-too-large", "A file may have at most 5 bytes; nothing was stored."));
  assert.equal(refusalText({ language: "en" }, tooLarge), "A file may have at most 5 bytes; nothing was stored");
  assert.equal(refusalText({ language: "fr" }, tooLarge), refusalsFrench.fileTooLarge);
  const bad = answerOf(new RequestError("badRequest", "The form is not valid UTF-8; nothing was changed."));
  assert.equal(refusalText({ language: "fr" }, bad), refusalsFrench.badRequest);
  assert.equal(refusalText({ language: "fr" }, answerOf(new Error("a fault of ours"))), refusalsFrench.internal);
});

test("an impossible request is explained to French readers, with the value given", () => {
  const long = answerOf(
    new RequestError("badRequest", "The field has at most 5 characters.", {
      reason: "text-too-long",
      reason_value: "5",
    }),
  );
  assert.match(refusalText({ language: "fr" }, long), /^Un champ accepte au plus 5 caractères\. Rien n’a été modifié/);
  const odd = answerOf(new ArgumentError("too-many-same-names", "Too many things are called so.", "$& {value}"));
  assert.match(refusalText({ language: "fr" }, odd), /«\s\$& \{value\}\s»/);
});
