import assert from "node:assert/strict";
import { test } from "node:test";
import { DomainError } from "../errors.ts";
import { MemoryLocker } from "../ports/memory-locker.ts";
import { StreamPlaces } from "./stream-places.ts";

const bound = (refusal: () => DomainError) => [{ name: "streams", most: 1, refusal }];
const unwanted = () => assert.fail("A refusal was created although there was a slot.");
const tooMany = () => new DomainError("too-many-downloads", "There is no place.");

test("streams that have a place are not refused", async () => {
  const locker = new MemoryLocker();
  await using places = await StreamPlaces.take(locker, bound(unwanted));
  await places.keep();
});

test("a stream without a place, or one that lost its place, is refused", async () => {
  const locker = new MemoryLocker();
  const places = await StreamPlaces.take(locker, bound(tooMany));
  await assert.rejects(StreamPlaces.take(locker, bound(tooMany)), { code: "too-many-downloads" });
  await places[Symbol.asyncDispose]();
  await assert.rejects(places.keep(), { code: "too-many-downloads" });
  await using next = await StreamPlaces.take(locker, bound(unwanted));
  await next.keep();
});
