import assert from "node:assert/strict";
import { test } from "node:test";
import { countWithin } from "./amounts.ts";
import { type CommandCall, type CommandSpec, defineCommand, jsonOption } from "./command.ts";
import { UsageError } from "./errors.ts";
import { nameOf, type OptionSpec, readValues, type ValuesOf } from "./option.ts";
import { describeOption, requireRules } from "./option-rules.ts";

const options = [
  { flags: "-p, --parents", description: "parents" },
  { flags: "--no-check", description: "no check" },
  { flags: "--to <path>", description: "target" },
  { flags: "--sort <name|size>", description: "order" },
  { flags: "--depth <n>", description: "levels", parse: countWithin({ most: 9 }) },
  { flags: "--allow-ip <block>", description: "addresses", isRepeatable: true },
  { flags: "--color", description: "colours" },
  { flags: "--no-color", description: "no colours" },
] as const satisfies readonly OptionSpec[];
type Values = ValuesOf<typeof options>;

const read = (given: Record<string, unknown>): unknown => readValues(options, given);

/** `true` only compiles if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

test("a handler's values have the types of its options", () => {
  const isSame: Same<
    Values,
    {
      readonly parents: boolean;
      readonly check: boolean;
      readonly to: string | undefined;
      readonly sort: "name" | "size" | undefined;
      readonly depth: number | undefined;
      readonly allowIp: readonly string[];
      readonly color: boolean;
    }
  > = true;
  assert.ok(isSame);
});

test("a command that reads or names an undeclared option does not compile", () => {
  defineCommand({
    name: "one",
    description: "",
    options: [{ flags: "--dry-run", description: "" }, jsonOption("name")],
    // @ts-expect-error no option has this name
    excludes: { "--dry": ["--json"] },
    async handler({ options: values }) {
      assert.equal(typeof values.dryRun, "boolean");
      // @ts-expect-error no option has this name
      assert.equal(values.dryrun, undefined);
    },
  });
  defineCommand({
    name: "two",
    description: "",
    options: [jsonOption("name")],
    needs: {
      // @ts-expect-error no option has this name
      "--json": ["--verbose"],
    },
    // @ts-expect-error the handler reads an option that the command does not have
    handler: readsDepth,
  });
  defineCommand({ name: "three", description: "", options, handler: readsDepth });
  defineCommand({
    name: "four",
    description: "",
    options: [jsonOption("name")],
    handler: async (call) => {
      // @ts-expect-error what it is handed to reads an option that the command does not have
      await readsDepth(call);
    },
  });
});

test("a command cannot be built without that check", () => {
  // @ts-expect-error only defineCommand makes a command
  const command: CommandSpec = { name: "one", description: "", options: [], handler: async () => {} };
  assert.equal(command.name, "one");
});

async function readsDepth({ options: { depth } }: CommandCall<{ readonly depth: number | undefined }>): Promise<void> {
  assert.equal(depth, undefined);
}

test("an option that is not given has its default value", () => {
  assert.deepEqual(read({}), {
    parents: false,
    check: true,
    to: undefined,
    sort: undefined,
    depth: undefined,
    allowIp: [],
    color: false,
  });
});

test("values are parsed as the options declare", () => {
  const given = { parents: true, check: false, to: ":/", sort: "size", depth: "3", allowIp: ["a", "b"], color: true };
  assert.deepEqual(read(given), { ...given, depth: 3 });
});

test("an invalid value is a usage error that lists what is allowed", () => {
  assert.throws(() => read({ sort: "date\u0007" }), /^UsageError: --sort takes name or size, not "date\\x07"\.$/);
  assert.throws(() => read({ depth: "10" }), /^UsageError: --depth takes a whole number from 0 to 9, not "10"\.$/);
});

test("the name of a value is derived from its flags", () => {
  assert.deepEqual(options.map(nameOf), ["parents", "check", "to", "sort", "depth", "allowIp", "color", "color"]);
});

test("mutually exclusive options are refused, whichever of them declares it", () => {
  const rules = { excludes: { "--to": ["--parents", "--no-check"] } };
  for (const given of [{}, { to: ":/" }, { parents: true }, { to: ":/", check: true, parents: false, allowIp: [] }]) {
    requireRules(options, rules, given);
  }
  const refused = [
    { to: ":/", parents: true },
    { to: ":/", check: false },
  ].map((given) => messageOf(rules, given));
  assert.deepEqual(refused, ["--to and --parents cannot be combined.", "--to and --no-check cannot be combined."]);
});

test("an option that requires another is refused without it", () => {
  const rules = { needs: { "--allow-ip": ["--to"] } };
  for (const given of [{}, { allowIp: [] }, { allowIp: ["a"], to: ":/" }]) requireRules(options, rules, given);
  assert.equal(
    messageOf(rules, { allowIp: ["a"] }),
    "--allow-ip has no effect without --to; add it or leave both out.",
  );
});

function messageOf(rules: Parameters<typeof requireRules>[1], given: Record<string, unknown>): string | undefined {
  try {
    requireRules(options, rules, given);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return undefined;
}

test("an option's help lists its requirements and exclusions", () => {
  const rules = { excludes: { "--to": ["--parents"] }, needs: { "--to": ["--depth"] } };
  assert.deepEqual(
    options.slice(0, 3).map((option) => describeOption(option, rules)),
    ["parents; not with --to", "no check", "target; only with --depth; not with --parents"],
  );
});
