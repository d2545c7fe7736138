#!/usr/bin/env node
import { launch } from "@consigne/launcher";
import { fileURLToPath } from "url";

launch({ name: "consigne-server", file: fileURLToPath(import.meta.url), main: () => import("../src/bin.ts") });
