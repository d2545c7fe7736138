import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { provide, type Machine, type RequiredProgram } from "./required-programs.ts";

const programs: RequiredProgram[] = [
  { name: "here", debianPackages: ["here-package"], probe: ["here", "--version"] },
  { name: "gone", debianPackages: ["gone-package", "shared"], probe: ["gone", "--version"] },
  { name: "lost", debianPackages: ["lost-package", "shared"], probe: ["lost", "--version"] },
];

class FakeMachine implements Machine {
  readonly installed = new Set(["here"]);
  readonly available: string[];
  readonly commands: string[] = [];
  readonly said: string[] = [];
  readonly #mayInstall: boolean;

  constructor(mayInstall: boolean, available: string[]) {
    this.#mayInstall = mayInstall;
    this.available = available;
  }

  run([program, ...args]: readonly [string, ...string[]]): boolean {
    if (program === "make-ready") for (const name of args) this.installed.add(name);
    if (program !== "apt-get") return this.installed.has(program);
    this.commands.push(args.join(" "));
    if (args.includes("install")) for (const name of this.available) this.installed.add(name);
    return true;
  }

  canInstall(): boolean {
    return this.#mayInstall;
  }

  say(line: string): void {
    this.said.push(line);
  }
}

const names = (missing: RequiredProgram[]) => missing.map((program) => program.name);

suite("the programs that the suites need", () => {
  test("are installed if missing, with a message", () => {
    const machine = new FakeMachine(true, ["gone", "lost"]);
    assert.deepEqual(names(provide(machine, programs)), []);
    assert.equal(machine.commands.length, 2);
    assert.match(machine.commands[1] ?? "", / install -y .* gone-package shared lost-package$/);
    assert.equal(machine.said.length, 1);
  });

  test("are set up if the packages alone do not suffice", () => {
    const machine = new FakeMachine(true, []);
    const program: RequiredProgram = {
      name: "made",
      debianPackages: ["maker"],
      install: ["make-ready", "made"],
      probe: ["made", "--version"],
    };
    assert.deepEqual(names(provide(machine, [program])), []);
    assert.equal(machine.commands.length, 2);
    assert.match(machine.said[1] ?? "", /made/);
    assert.deepEqual(names(provide(new FakeMachine(false, []), [program])), ["made"]);
  });

  test("are named if they cannot be installed", () => {
    assert.deepEqual(names(provide(new FakeMachine(true, ["gone"]), programs)), ["lost"]);
  });

  test("may be replaced by another program, and are still installed if possible", () => {
    const program: RequiredProgram = {
      name: "quick",
      debianPackages: ["quick-package"],
      probe: ["quick", "--version"],
      standIn: ["here", "--version"],
    };
    const machine = new FakeMachine(true, ["gone", "lost"]);
    assert.deepEqual(names(provide(machine, [...programs, program])), []);
    const installed = machine.commands
      .filter((command) => command.includes("install"))
      .map((line) => line.split("recommends ")[1]);
    assert.deepEqual(installed, ["gone-package shared lost-package", "quick-package"]);
    assert.deepEqual(names(provide(new FakeMachine(false, []), [program])), []);
    const alone: RequiredProgram = { ...program, standIn: ["gone", "--version"] };
    assert.deepEqual(names(provide(new FakeMachine(false, []), [alone])), ["quick"]);
  });

  test("are not installed where that is not allowed", () => {
    const machine = new FakeMachine(false, ["gone", "lost"]);
    assert.deepEqual(names(provide(machine, programs)), ["gone", "lost"]);
    assert.deepEqual(machine.commands, []);
  });

  test("are left alone on a complete machine", () => {
    const machine = new FakeMachine(true, []);
    assert.deepEqual(provide(machine, programs.slice(0, 1)), []);
    assert.deepEqual(machine.commands, []);
  });
});
