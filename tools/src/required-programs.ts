import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./check-stage.ts";

export const pythonProgram = join(repositoryRoot, "e2e/python_program.py");

export interface RequiredProgram {
  name: string;
  debianPackages: readonly string[];
  /** Prepares the program once the packages are installed. */
  install?: readonly [string, ...string[]];
  /** Exits with 0 if the program is installed and complete. */
  probe: readonly [string, ...string[]];
  /** Exits with 0 if another program can replace it, though more slowly. Then nothing is missing. */
  standIn?: readonly [string, ...string[]];
}

/** Real programs that the black-box suites run unmodified. */
export const requiredPrograms: readonly RequiredProgram[] = [
  { name: "rclone", debianPackages: ["rclone", "ca-certificates"], probe: ["rclone", "version"] },
  { name: "curl", debianPackages: ["curl"], probe: ["curl", "--version"] },
  // The system's own Python. Another one earlier in PATH would not find Debian's packages.
  {
    name: "python3 with requests",
    debianPackages: ["python3", "python3-requests"],
    probe: ["/usr/bin/python3", "-c", "import requests"],
  },
  { name: "wget", debianPackages: ["wget"], probe: ["wget", "--version"] },
  { name: "aria2", debianPackages: ["aria2"], probe: ["aria2c", "--version"] },
  {
    name: "PHP with curl",
    debianPackages: ["php-cli", "php-curl"],
    probe: ["php", "-r", "exit(extension_loaded('curl') ? 0 : 1);"],
  },
  { name: "openssl", debianPackages: ["openssl"], probe: ["openssl", "version"] },
  { name: "unzip", debianPackages: ["unzip"], probe: ["unzip", "-v"] },
  { name: "nginx", debianPackages: ["nginx"], probe: ["/usr/sbin/nginx", "-v"] },
  { name: "Caddy", debianPackages: ["caddy"], probe: ["caddy", "version"] },
  { name: "systemd-analyze", debianPackages: ["systemd"], probe: ["systemd-analyze", "--version"] },
  { name: "vsftpd", debianPackages: ["vsftpd"], probe: ["/usr/sbin/vsftpd", "-v"] },
  { name: "strace", debianPackages: ["strace"], probe: ["strace", "-o", "/dev/null", "true"] },
  { name: "e2fsprogs", debianPackages: ["e2fsprogs"], probe: ["/usr/sbin/mkfs.ext4", "-V"] },
  { name: "zsh", debianPackages: ["zsh"], probe: ["zsh", "--version"] },
  { name: "fish", debianPackages: ["fish"], probe: ["fish", "--version"] },
  {
    name: "Schemathesis",
    debianPackages: ["python3", "python3-venv"],
    install: ["/usr/bin/python3", pythonProgram, "schemathesis", "install"],
    probe: ["/usr/bin/python3", pythonProgram, "schemathesis", "--version"],
  },
  {
    name: "pyLoad",
    debianPackages: ["python3", "python3-venv"],
    install: ["/usr/bin/python3", pythonProgram, "pyload", "install"],
    probe: ["/usr/bin/python3", pythonProgram, "pyload", "--version"],
  },
  { name: "chromium", debianPackages: ["chromium"], probe: ["chromium", "--version"] },
  {
    name: "chromium-headless-shell",
    debianPackages: ["chromium-headless-shell"],
    probe: ["chromium-headless-shell", "--version"],
    standIn: ["chromium", "--version"],
  },
  { name: "Firefox", debianPackages: ["firefox-esr"], probe: ["firefox-esr", "--version"] },
  { name: "WebKit", debianPackages: ["webkit2gtk-driver"], probe: ["WebKitWebDriver", "--help"] },
  { name: "Xvfb", debianPackages: ["xvfb"], probe: ["Xvfb", "-help"] },
];

/** Programs that act as other machines, for the suites that only `npm run proof` runs. */
export const programsOfProof: readonly RequiredProgram[] = [
  {
    name: "an emulator of arm64",
    debianPackages: ["qemu-user-static", "libc6-arm64-cross", "libstdc++6-arm64-cross", "libgcc-s1-arm64-cross"],
    probe: [
      ...(["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"] as const),
      "/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1",
      "--version",
    ],
  },
  { name: "wine", debianPackages: ["wine", "wine64"], probe: ["wine", "--version"] },
];

/** How this module accesses the machine, replaced in tests. */
export interface Machine {
  /** True if the command exited with 0. */
  run(command: readonly [string, ...string[]], shows: "errors" | "nothing"): boolean;
  canInstall(): boolean;
  say(line: string): void;
}

export const thisMachine: Machine = {
  run([program, ...args], shows) {
    const output = shows === "errors" ? "inherit" : "ignore";
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    return spawnSync(program, args, { stdio: ["ignore", "ignore", output], env }).status === 0;
  },
  canInstall: () => process.getuid?.() === 0 && existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get"),
  say: (line) => console.log(line),
};

export function findMissing(machine: Machine, programs = requiredPrograms): RequiredProgram[] {
  return findAbsent(machine, programs).filter(
    ({ standIn }) => standIn === undefined || !machine.run(standIn, "nothing"),
  );
}

function findAbsent(machine: Machine, programs: readonly RequiredProgram[]): RequiredProgram[] {
  return programs.filter(({ probe }) => !machine.run(probe, "nothing"));
}

/** Installs missing programs where possible, and returns those still missing. */
export function provide(machine: Machine, programs = requiredPrograms): RequiredProgram[] {
  const absent = findAbsent(machine, programs);
  if (absent.length === 0) return [];
  if (!machine.canInstall()) return findMissing(machine, absent);
  const packagesOf = (some: readonly RequiredProgram[]) => [
    ...new Set(some.flatMap((program) => program.debianPackages)),
  ];
  machine.say(`Installing Debian packages the suites need: ${packagesOf(absent).join(" ")}`);
  const apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"] as const;
  // An outdated list may still be good enough to install from.
  machine.run([...apt, "update"], "errors");
  // Installed separately, because apt installs nothing if one package is unknown.
  for (const some of [absent.filter((each) => !each.standIn), absent.filter((each) => each.standIn)]) {
    if (some.length > 0)
      machine.run([...apt, "install", "-y", "--no-install-recommends", ...packagesOf(some)], "errors");
  }
  const stillMissing = findMissing(machine, absent);
  for (const { name, install } of stillMissing) {
    if (install === undefined) continue;
    machine.say(`Installing ${name}, which the suites need`);
    machine.run(install, "errors");
  }
  return findMissing(machine, stillMissing);
}
