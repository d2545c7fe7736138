import { join } from "node:path";
import { prepareProgram } from "@consigne/launcher/joined";
import { repositoryRoot } from "../check-stage.ts";

/** What `npm ci` ends with: the command line is joined, so that its first start is as fast as the others. */
const program = { name: "consigne", folder: join(repositoryRoot, "apps/cli") };
if (!(await prepareProgram(program))) {
  console.log("The command line could not be prepared now; it runs all the same, and is prepared when it is started.");
}
