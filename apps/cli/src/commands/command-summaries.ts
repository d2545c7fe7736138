// Written by `npm run gen` from the commands themselves.
import type { CommandSection } from "../command-line/catalog.ts";

export const sections: readonly CommandSection[] = [
 {
  "title": "Servers and settings",
  "commands": [
   {
    "name": "login",
    "description": "Store a server and its API key as a profile."
   },
   {
    "name": "logout",
    "description": "Remove a profile and its key from this machine."
   },
   {
    "name": "whoami",
    "description": "Show the account behind the key, its plan and its storage."
   },
   {
    "name": "doctor",
    "description": "Check settings, network, clock, key, plan and locks, and say what is wrong."
   },
   {
    "name": "config",
    "description": "Show and change the stored profiles, and show which settings apply.",
    "commands": [
     {
      "name": "list"
     },
     {
      "name": "get"
     },
     {
      "name": "set"
     },
     {
      "name": "profiles"
     },
     {
      "name": "default"
     },
     {
      "name": "redacted"
     }
    ]
   }
  ]
 },
 {
  "title": "Files and folders",
  "commands": [
   {
    "name": "ls",
    "description": "List a folder, folders first, or show one file."
   },
   {
    "name": "tree",
    "description": "Show a folder and everything below it."
   },
   {
    "name": "stat",
    "description": "Show everything the server says about a file, a folder or a link."
   },
   {
    "name": "du",
    "description": "Show the size of a folder with everything below it."
   },
   {
    "name": "find",
    "description": "Find files and folders below a folder, and print their paths."
   },
   {
    "name": "put",
    "description": "Upload files and folders."
   },
   {
    "name": "get",
    "description": "Download files and folders."
   },
   {
    "name": "cat",
    "description": "Write files to standard output, one after the other."
   },
   {
    "name": "mkdir",
    "description": "Create a folder."
   },
   {
    "name": "mv",
    "description": "Move or rename files and folders on the server."
   },
   {
    "name": "cp",
    "description": "Copy files on the server, your own or those behind links."
   },
   {
    "name": "rm",
    "description": "Remove files, and with -r folders."
   },
   {
    "name": "trash",
    "description": "List removed items, restore them, or remove them for good.",
    "commands": [
     {
      "name": "ls"
     },
     {
      "name": "restore"
     },
     {
      "name": "empty"
     }
    ]
   },
   {
    "name": "uploads",
    "description": "List and remove unfinished uploads of large files.",
    "commands": [
     {
      "name": "ls"
     },
     {
      "name": "rm"
     }
    ]
   },
   {
    "name": "versions",
    "description": "Show, restore, download and remove older versions of a file.",
    "commands": [
     {
      "name": "ls"
     },
     {
      "name": "restore"
     },
     {
      "name": "get"
     },
     {
      "name": "rm"
     }
    ]
   }
  ]
 },
 {
  "title": "Links and sharing",
  "commands": [
   {
    "name": "link",
    "description": "Print the links of files, or the public pages of folders."
   },
   {
    "name": "links",
    "description": "Add, show, change and remove links of a file or folder, each with its own password, expiry, download limit and access list.",
    "commands": [
     {
      "name": "add"
     },
     {
      "name": "ls"
     },
     {
      "name": "change"
     },
     {
      "name": "rm"
     }
    ]
   },
   {
    "name": "attr",
    "description": "Change attributes of files, such as note, password and who may download. `stat` shows them."
   },
   {
    "name": "share",
    "description": "Show or change who can see a folder: its public page, and the accounts it is shared with."
   },
   {
    "name": "shared",
    "description": "List the folders that others share with you, or leave one."
   },
   {
    "name": "scan",
    "description": "Have the server scan files for viruses."
   }
  ]
 },
 {
  "title": "Whole folders",
  "commands": [
   {
    "name": "sync",
    "description": "Copy new and changed files from a local folder to a remote one, or back."
   },
   {
    "name": "check",
    "description": "Verify that a local folder and a remote one are identical, by reading every local file."
   },
   {
    "name": "dedupe",
    "description": "Find remote files with the same name in one folder, or with the same content; with --yes, keep one of each."
   }
  ]
 },
 {
  "title": "More server features",
  "commands": [
   {
    "name": "remote",
    "description": "Have the server fetch files from other sites.",
    "commands": [
     {
      "name": "add"
     },
     {
      "name": "ls"
     },
     {
      "name": "show"
     },
     {
      "name": "cancel"
     },
     {
      "name": "retry"
     },
     {
      "name": "wait"
     }
    ]
   },
   {
    "name": "ftp",
    "description": "Manage FTP users, and import what was uploaded by FTP.",
    "commands": [
     {
      "name": "users",
      "commands": [
       {
        "name": "ls"
       },
       {
        "name": "add"
       },
       {
        "name": "rm"
       }
      ]
     },
     {
      "name": "process"
     }
    ]
   },
   {
    "name": "voucher",
    "description": "List, check and use vouchers.",
    "commands": [
     {
      "name": "ls"
     },
     {
      "name": "check"
     },
     {
      "name": "use"
     }
    ]
   },
   {
    "name": "keys",
    "description": "Create, list, rename, rotate and revoke API keys.",
    "commands": [
     {
      "name": "ls"
     },
     {
      "name": "new"
     },
     {
      "name": "rename"
     },
     {
      "name": "rotate"
     },
     {
      "name": "rm"
     }
    ]
   },
   {
    "name": "account",
    "description": "Export everything in your account, or delete the account.",
    "commands": [
     {
      "name": "export"
     },
     {
      "name": "delete"
     }
    ]
   }
  ]
 },
 {
  "title": "Other programs",
  "commands": [
   {
    "name": "run",
    "description": "Run a program made for 1fichier.com against a Consigne server."
   },
   {
    "name": "proxy",
    "description": "Run only the proxy of `run`, for programs started elsewhere."
   },
   {
    "name": "ca",
    "description": "Show or replace your own certificate authority, which `run` and `proxy` use for the 1fichier hosts only.",
    "commands": [
     {
      "name": "show"
     },
     {
      "name": "path"
     },
     {
      "name": "renew"
     }
    ]
   },
   {
    "name": "rclone-config",
    "description": "Print a remote for rclone's configuration file."
   },
   {
    "name": "completion",
    "description": "Print a shell script that completes commands, options and remote paths."
   },
   {
    "name": "exit-codes",
    "description": "List the exit codes and what they mean."
   },
   {
    "name": "__complete",
    "description": "Candidates for the end of a command line.",
    "isHidden": true
   }
  ]
 }
];

export const flagsWithValue: readonly string[] = ["--allow-country","--allow-email","--allow-ip","--breaks","--bwlimit","--by","--cdn","--connections","--count","--depth","--description","--email","--encoded-line","--encoding","--exclude","--expires","--files-from","--filter-from","--folder","--for","--from","--from-1fichier","--grace","--header","--iname","--include","--inline","--ip","--item","--keep","--leave","--line","--links-of","--max-delete","--max-downloads","--max-duration","--max-transfer","--name","--newer","--note","--offset","--older","--plain-http","--port","--profile","--retries","--scope","--server-ca","--shell","--size","--sort","--template","--timeout","--to","--tps","--transfers","--type","--url","--with","--without"];
