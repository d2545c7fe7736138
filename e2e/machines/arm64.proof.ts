import { lacking } from "../_programs.ts";
import { emulator, startArm64 } from "./_arm64.ts";
import { proveMachine } from "./_suite.ts";

proveMachine(
  "arm64",
  startArm64,
  lacking([...emulator, "/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1", "--version"]),
);
