/** The environment in which `consigne run` starts a program, for processes that start programs themselves. */
export { readEnvironment } from "../environment.ts";
export { startDropIn } from "./drop-in-session.ts";
export { careForRclone } from "./rclone-moves.ts";
