// Plain JavaScript without newer syntax, on purpose: every Node.js from 12 on reads it, if only to say that it is too
// old. npm 9 and 10 make no `node_modules/.bin/node` (two optional packages offer the command, and leaving one out
// takes the link along), so the packaged Node.js is found by its path and never by PATH.
import { spawn } from "child_process";
import { createRequire } from "module";
import { dirname, join } from "path";
import { environmentOfLaunched, takeLaunchMark } from "./environment.js";

export { keepCompiledCode, shareCompiledCode } from "./environment.js";

/** The first release where `node:sqlite` needs no flag and warns of nothing; `package.json` pins a later one. */
export const OLDEST_NODE = [24, 15];

/** Typed at a terminal, these reach the whole foreground group: passed on as well, they would arrive twice. */
const TERMINAL_SIGNALS = ["SIGINT", "SIGQUIT"];
const OTHER_SIGNALS = ["SIGTERM", "SIGHUP"];

/** Whether `version`, as "24.15.0", runs Consigne's TypeScript as it is. */
export function isNewEnough(version) {
  const parts = version.split(".").map(Number);
  return parts[0] > OLDEST_NODE[0] || (parts[0] === OLDEST_NODE[0] && parts[1] >= OLDEST_NODE[1]);
}

/**
 * Runs `main` in this process when its Node.js is new enough. Otherwise `file` is started again, with the arguments of
 * this process, by the Node.js that the repository brings along; this process then passes signals on and ends as it does.
 * @param {{ name: string, file: string, main: () => unknown, variables?: Record<string, string> }} program `name` begins
 *   each message; `variables` are those of the process that is started, where this one has none of the name
 */
export function launch(program) {
  if (isNewEnough(process.versions.node)) {
    endWithLauncher();
    return program.main();
  }
  const node = packagedNode();
  if (node === undefined) return refuse(program.name, "");
  // The channel carries no message. It breaks when this process is gone, however it went.
  const options = { stdio: ["inherit", "inherit", "inherit", "ipc"], env: environmentOfLaunched(program.variables) };
  runNode(node, [program.file].concat(process.argv.slice(2)), options, (error) =>
    refuse(program.name, " The one that came with Consigne does not run on this system (" + error.code + ")."),
  );
}

/**
 * Starts the Node.js to use with `args` and ends as it does.
 * @param {string} name begins a message
 * @param {string[]} args flags of Node.js, a program and its arguments
 */
export function launchNode(name, args) {
  const node = isNewEnough(process.versions.node) ? process.execPath : packagedNode();
  if (node === undefined) return refuse(name, "");
  runNode(node, args, { stdio: "inherit" }, (error) =>
    refuse(name, " The one that came with Consigne does not run on this system (" + error.code + ")."),
  );
}

/** The path of the Node.js in the optional package for this system, if npm has installed it. */
export function packagedNode() {
  try {
    const manifest = "node-" + process.platform + "-" + process.arch + "/package.json";
    return join(dirname(createRequire(import.meta.url).resolve(manifest)), "bin/node");
  } catch {
    return undefined;
  }
}

/** A launcher that was killed passes nothing on: the program stops then as if it had been asked to. */
function endWithLauncher() {
  if (!takeLaunchMark() || process.channel === undefined) return;
  const stop = () => process.kill(process.pid, "SIGTERM");
  if (!process.connected) return stop();
  process.once("disconnect", stop);
  process.channel.unref();
}

function runNode(node, args, options, onFailure) {
  const forward = (signal) => child.kill(signal);
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const onTerminalSignal = hasTerminal ? () => {} : forward;
  TERMINAL_SIGNALS.forEach((signal) => process.on(signal, onTerminalSignal));
  OTHER_SIGNALS.forEach((signal) => process.on(signal, forward));
  // Only now: a signal that comes once it runs is heard here. One that is heard waits for the end of this function.
  const child = spawn(node, args, options);
  child.on("error", onFailure);
  child.on("exit", (code, signal) => {
    TERMINAL_SIGNALS.concat(OTHER_SIGNALS).forEach((name) => process.removeAllListeners(name));
    if (signal === null) process.exitCode = code;
    else process.kill(process.pid, signal);
  });
}

function refuse(name, reason) {
  process.exitCode = 1;
  process.stderr.write(
    name +
      ": Node.js " +
      OLDEST_NODE.join(".") +
      " or newer is needed, this is " +
      process.versions.node +
      "." +
      reason +
      " Install a newer Node.js (nodejs.org/download, or your system's packages) and start again.\n",
  );
}
