// Runs its arguments by the Node.js that the repository brings along: `node tools/bin/node.js [FLAG...] PROGRAM [ARG...]`.
import { launchNode } from "@consigne/launcher";

launchNode("consigne", process.argv.slice(2));
