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

suite("programs the suites need", () => {
  test("installs what is missing, and says so", () => {
    const machine = new FakeMachine(true, ["gone", "lost"]);
    assert.deepEqual(names(provide(machine, programs)), []);
    assert.equal(machine.commands.length, 2);
    assert.match(machine.commands[1] ?? "", / install -y .* gone-package shared lost-package$/);
    assert.equal(machine.said.length, 1);
  });

  test("names what could not be installed", () => {
    assert.deepEqual(names(provide(new FakeMachine(true, ["gone"]), programs)), ["lost"]);
  });

  test("installs nothing where it may not", () => {
    const machine = new FakeMachine(false, ["gone", "lost"]);
    assert.deepEqual(names(provide(machine, programs)), ["gone", "lost"]);
    assert.deepEqual(machine.commands, []);
  });

  test("leaves a complete machine alone", () => {
    const machine = new FakeMachine(true, []);
    assert.deepEqual(provide(machine, programs.slice(0, 1)), []);
    assert.deepEqual(machine.commands, []);
  });
});
