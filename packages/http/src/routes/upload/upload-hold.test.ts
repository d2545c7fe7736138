import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { guest } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import { RequestRoom } from "../../bounds/request-room.ts";
import { Shares } from "../../bounds/shares.ts";
import { OverloadError } from "../../wire/error-answer.ts";
import { UploadHold } from "./upload-hold.ts";

const KIB = 1024;
/** For an upload whose sender is accepted. */
const UPLOAD_BYTES = 384 * KIB;

const bounds = (held: { total: number; perCaller: number }) => {
  const caller = { bodyBytes: 64 * KIB, bodyTimeoutMs: 30_000, fieldBytes: 64 * KIB, held };
  return { known: caller, unknown: caller };
};

function requestFrom(address: string) {
  const state = { isDestroyed: false };
  const raw = { destroy: () => (state.isDestroyed = true) };
  const request = { address, actor: guest(address), ends: [], raw } as unknown as FastifyRequest;
  return { state, request };
}

suite("room for guests' uploads", () => {
  test("is not taken from others by uploads that had to make room before they were accepted", (t) => {
    const room = new RequestRoom(bounds({ total: UPLOAD_BYTES, perCaller: UPLOAD_BYTES }), new Shares([]));
    const { request, state } = requestFrom("198.51.100.1");
    const before = new UploadHold(room, request);
    const after = new UploadHold(room, requestFrom("198.51.100.2").request);
    t.after(() => [before, after].forEach((hold) => hold[Symbol.dispose]()));
    assert.ok(before.signal.aborted && state.isDestroyed);
    assert.throws(() => before.welcome(), OverloadError);
    after.welcome();
  });

  test("lets a refused upload be told so, however many follow", (t) => {
    const room = new RequestRoom(bounds({ total: 2.7 * UPLOAD_BYTES, perCaller: 2 * UPLOAD_BYTES }), new Shares([]));
    const holds: UploadHold[] = [];
    t.after(() => holds.forEach((hold) => hold[Symbol.dispose]()));
    const begin = (address: string) => {
      const { request, state } = requestFrom(address);
      const hold = new UploadHold(room, request);
      holds.push(hold);
      return { hold, state };
    };
    const running = ["198.51.100.1", "198.51.100.2"].map(begin);
    for (const { hold } of running) hold.welcome();
    const late: typeof running = [];
    for (const address of ["198.51.100.1", "198.51.100.2", "198.51.100.1"]) {
      const one = begin(address);
      assert.throws(() => one.hold.welcome(), OverloadError, address);
      late.push(one);
    }
    assert.deepEqual(
      [...running, ...late].map(({ state }) => state.isDestroyed),
      Array.from({ length: 5 }, () => false),
    );
  });

  test("is freed by a request that is over", () => {
    const room = new RequestRoom(bounds({ total: UPLOAD_BYTES, perCaller: UPLOAD_BYTES }), new Shares([]));
    const { request } = requestFrom("198.51.100.1");
    request.ends = "over";
    assert.throws(() => new UploadHold(room, request), OverloadError);
    using hold = new UploadHold(room, requestFrom("198.51.100.2").request);
    hold.welcome();
  });
});
