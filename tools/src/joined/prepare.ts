import { join } from "node:path";
import { prepareProgram } from "@consigne/launcher/joined";
import { repositoryRoot } from "../check-stage.ts";

/** The last step of `npm ci`: joins the command line, so that its first start is as fast as later ones. */
const program = { name: "consigne", folder: join(repositoryRoot, "apps/cli") };
if (!(await prepareProgram(program))) {
  console.log("The command line could not be prepared now; it runs all the same, and is prepared when it is started.");
}
