/** What `consigne run` starts a program with, for a process that starts programs by itself. */
export { readEnvironment } from "../environment.ts";
export { startDropIn } from "./drop-in-session.ts";
export { careForRclone } from "./rclone-moves.ts";
