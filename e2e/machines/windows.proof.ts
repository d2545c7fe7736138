import { lacking } from "../_programs.ts";
import { proveMachine } from "./_suite.ts";
import { startWindows } from "./_windows.ts";

proveMachine("Windows", startWindows, lacking(["wine", "--version"]));
