import type { CommandGroupSpec, CommandSpec } from "../command-line/command.ts";

type Load = () => Promise<CommandSpec | CommandGroupSpec>;

/**
 * Every command under the heading and in the order of `--help`, loaded on demand: a start only loads the command that
 * it runs. What must be known about the others is in `command-summaries.ts`, which `npm run gen` generates.
 */
export const commandSections: Readonly<Record<string, Readonly<Record<string, Load>>>> = {
  "Servers and settings": {
    login: async () => (await import("./login.ts")).loginCommand,
    logout: async () => (await import("./login.ts")).logoutCommand,
    whoami: async () => (await import("./whoami.ts")).whoamiCommand,
    doctor: async () => (await import("./doctor.ts")).doctorCommand,
    config: async () => (await import("./config.ts")).configCommands,
  },
  "Files and folders": {
    ls: async () => (await import("./ls.ts")).lsCommand,
    tree: async () => (await import("./tree.ts")).treeCommand,
    stat: async () => (await import("./stat.ts")).statCommand,
    du: async () => (await import("./du.ts")).duCommand,
    find: async () => (await import("./find.ts")).findCommand,
    put: async () => (await import("./put.ts")).putCommand,
    get: async () => (await import("./get.ts")).getCommand,
    cat: async () => (await import("./cat.ts")).catCommand,
    mkdir: async () => (await import("./mkdir.ts")).mkdirCommand,
    mv: async () => (await import("./mv.ts")).mvCommand,
    cp: async () => (await import("./cp.ts")).cpCommand,
    rm: async () => (await import("./rm.ts")).rmCommand,
    trash: async () => (await import("./trash.ts")).trashCommands,
    uploads: async () => (await import("./uploads.ts")).uploadsCommands,
    versions: async () => (await import("./versions.ts")).versionsCommands,
  },
  "Links and sharing": {
    link: async () => (await import("./link.ts")).linkCommand,
    links: async () => (await import("./links.ts")).linksCommands,
    attr: async () => (await import("./attr.ts")).attrCommand,
    share: async () => (await import("./share.ts")).shareCommand,
    shared: async () => (await import("./shared.ts")).sharedCommand,
    scan: async () => (await import("./scan.ts")).scanCommand,
  },
  "Whole folders": {
    sync: async () => (await import("./sync.ts")).syncCommand,
    check: async () => (await import("./check.ts")).checkCommand,
    dedupe: async () => (await import("./dedupe.ts")).dedupeCommand,
  },
  "More server features": {
    remote: async () => (await import("./remote.ts")).remoteCommands,
    ftp: async () => (await import("./ftp.ts")).ftpCommands,
    voucher: async () => (await import("./voucher.ts")).voucherCommands,
    keys: async () => (await import("./keys.ts")).keysCommands,
    account: async () => (await import("./account.ts")).accountCommands,
  },
  "Other programs": {
    run: async () => (await import("./run.ts")).runCommand,
    proxy: async () => (await import("./proxy.ts")).proxyCommand,
    ca: async () => (await import("./ca.ts")).caCommands,
    "rclone-config": async () => (await import("./rclone-config.ts")).rcloneConfigCommand,
    completion: async () => (await import("./completion.ts")).completionCommand,
    "exit-codes": async () => (await import("./help-pages.ts")).exitCodesCommand,
    __complete: async () => (await import("./completion.ts")).completeCommand(loadCommands),
  },
};

/** Undefined if no command has the name. */
export async function loadCommand(name: string): Promise<CommandSpec | CommandGroupSpec | undefined> {
  const load = Object.values(commandSections).find((section) => Object.hasOwn(section, name))?.[name];
  return await load?.();
}

/** All of them, for describing and completing them. */
export function loadCommands(): Promise<(CommandSpec | CommandGroupSpec)[]> {
  return Promise.all(Object.values(commandSections).flatMap((section) => Object.values(section).map((load) => load())));
}
