import { execFile } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { promisify } from "node:util";

/**
 * Runs npm with the Node.js that runs this program.
 * @returns its output
 * @throws {Error} if it failed; the message contains its output
 */
export async function runNpm(args: readonly string[], cwd: string): Promise<string> {
  const PATH = [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
  const { stdout } = await promisify(execFile)("npm", args, { cwd, env: { ...process.env, PATH } });
  return stdout;
}
