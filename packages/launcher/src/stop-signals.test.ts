import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { onStopSignal } from "./stop-signals.ts";

/** A process that only notes what ends it, with a clock that is set. */
function setUp() {
  const killed: string[] = [];
  const target = Object.assign(new EventEmitter(), { pid: 1, kill: (_pid: number, name: string) => killed.push(name) });
  const clock = { ms: 5000 };
  const stopped: string[] = [];
  const ignore = onStopSignal(
    (name) => stopped.push(name),
    target,
    () => clock.ms,
  );
  const send = (name: NodeJS.Signals) => target.emit(name, name);
  return { killed, stopped, clock, send, ignore };
}

test("a signal that was also forwarded counts once", () => {
  const { killed, stopped, clock, send } = setUp();
  send("SIGTERM");
  send("SIGTERM");
  clock.ms += 900;
  send("SIGTERM");
  assert.deepEqual([stopped, killed], [["SIGTERM"], []]);
});

test("a later signal exits at once", () => {
  const { killed, stopped, clock, send } = setUp();
  send("SIGINT");
  clock.ms += 1100;
  send("SIGTERM");
  assert.deepEqual([stopped, killed], [["SIGINT"], ["SIGTERM"]]);
  assert.equal(send("SIGTERM"), false, "nothing handles the signal any more");
});

test("signals are left to the system once it is told to", () => {
  const { stopped, send, ignore } = setUp();
  ignore();
  assert.equal(send("SIGINT"), false);
  assert.deepEqual(stopped, []);
});
