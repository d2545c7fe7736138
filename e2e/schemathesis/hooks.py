"""Hooks of Schemathesis for generated-calls.test.ts: who calls, and data that exists.

The file that CONSIGNE_WORLD names tells the server and its two accounts; what every operation was answered with is
written to the file that CONSIGNE_SEEN names.
"""

import atexit
import hashlib
import json
import os
import random
import re
import time

import requests
import schemathesis
from schemathesis.openapi.checks import UnsupportedMethodResponse
from schemathesis.core.parameters import RAW_QUERY_STRING_KEY, RawQueryString

#: The body of a chunk by tus.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

with open(os.environ["CONSIGNE_WORLD"], encoding="utf-8") as file:
    WORLD = json.load(file)
URL = WORLD["url"]
SEED = os.environ["CONSIGNE_SEED"]
#: Fewer left than this are made up for, since calls remove and move what they are given.
SPARE = 4
#: Keys that a request cannot do without, by the name of its schema.
REQUIRED: dict[str, list[str]] = {}
seen: dict[str, dict[str, int]] = {}


class Account:
    """One of the two accounts, with what it has right now."""

    def __init__(self, known):
        self.headers = {"Authorization": f"Bearer {known['key']}"}
        self.links = list(known["links"])
        self.folders = list(known["folders"])
        self.shares = list(known["shares"])
        self.login = {"mail": known["email"], "pass": known["password"]}
        self.session = ""
        self.keys = []
        self.removals = list(known["removals"])
        self.reports = []
        self.made = 0

    def call(self, name, body):
        answer = requests.post(f"{URL}/v1/{name}.cgi", json=body, headers=self.headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def link(self, rng):
        while len(self.links) < SPARE:
            self.upload()
        return rng.choice(self.links)

    def upload(self):
        """A file beside those that are there, and its report."""
        self.made += 1
        content = f"{self.made} of {self.headers}"
        answer = requests.post(
            f"{URL}/upload.cgi?JSON=1",
            files={"file[]": (f"made {self.made}.txt", content)},
            headers=self.headers,
            timeout=30,
        )
        answer.raise_for_status()
        self.links.append(answer.json()["links"][0]["download"])
        self.reports.append(re.search(r"xid=(\w+)", answer.url).group(1))

    def key(self, rng):
        """Id of a key that may be changed; the calls make more than they end."""
        if not self.keys:
            self.made += 1
            body = {"name": f"made {self.made}"}
            answer = requests.post(f"{URL}/x/v1/keys/add", json=body, headers=self.headers, timeout=30)
            answer.raise_for_status()
            self.keys.append(answer.json()["key"]["id"])
        return rng.choice(self.keys)

    def cookie(self):
        """Of somebody who signed in; anew when the last one has ended."""
        page = f"{URL}/console/index.pl"
        sent = {"Cookie": f"SID={self.session}"}
        if self.session == "" or requests.get(page, headers=sent, allow_redirects=False, timeout=30).status_code != 200:
            answer = requests.post(f"{URL}/login.pl", data=self.login, allow_redirects=False, timeout=30)
            answer.raise_for_status()
            self.session = answer.cookies["SID"]
        return f"SID={self.session}"

    def folder(self, rng):
        while len(self.folders) < SPARE:
            self.folders.append(self.new_folder())
        return rng.choice(self.folders)

    def new_folder(self):
        self.made += 1
        return self.call("folder/mkdir", {"name": f"made {self.made}"})["folder_id"]

    def report(self, rng):
        if not self.reports:
            self.upload()
        return rng.choice(self.reports)

    def token(self, rng):
        address = self.call("download/get_token", {"url": self.link(rng)})["url"]
        return address.rsplit("/p", 1)[1]

    def archive(self, rng):
        # A shorter word is the address of another page.
        if rng.random() < 0.2:
            return "nosucharchive"
        return self.extension("folder/zip", {"folder_ids": [0]})["url"].rsplit("/z", 1)[1]

    def further_link(self, rng):
        return self.extension("link/add", {"file_id": self.link(rng)})["link"]["id"]

    def replacement(self):
        """A file and another whose bytes it can take."""
        files = []
        for _ in range(2):
            self.upload()
            files.append(self.links.pop().rsplit("?", 1)[1])
        return {"file_id": files[0], "replacement_id": files[1]}

    def version(self):
        """A file that was replaced, and what it was before."""
        pair = self.replacement()
        self.extension("version/replace", {"files": [pair]})
        listed = self.extension("version/list", {"file_id": pair["file_id"]})
        return {"file_id": pair["file_id"], "id": listed["versions"][0]["id"]}

    def ended(self, kind, name):
        """A remote upload or an import that has ended; the address is refused as soon as a job looks at it."""
        for _ in range(300):
            orders = self.extension(f"{kind}/list", {})[name]
            found = [order["id"] for order in orders if "ended_at" in order]
            if found:
                return found[0]
            if not orders:
                inside = "http://127.0.0.2:1/v1"
                if kind == "remote":
                    self.call("remote/request", {"urls": [inside]})
                else:
                    self.extension("import/add", {"source": inside, "source_key": "k" * 32, "path": "/"})
            time.sleep(0.1)
        return None

    def extension(self, name, body):
        answer = requests.post(f"{URL}/x/v1/{name}", json=body, headers=self.headers, timeout=30)
        answer.raise_for_status()
        return answer.json()


ACCOUNTS = [Account(known) for known in WORLD["accounts"]]


def file_id(account, rng):
    return "C_0_" + account.link(rng).rsplit("?", 1)[1]


def removed_file(account, rng):
    link = account.link(rng)
    account.links.remove(link)
    return "C_0_" + link.rsplit("?", 1)[1]


def new_name(account):
    account.made += 1
    return f"name {account.made}"


#: What a form of the console needs to be about something that is there.
CONSOLE_FORMS = {
    "/console/mkdir.pl": lambda account, rng: {"mkdir": new_name(account), "dir_id": "0"},
    "/console/rmdir.pl": lambda account, rng: {"dir": str(account.new_folder())},
    "/console/remove.pl": lambda account, rng: {"selected[]": [removed_file(account, rng)], "remove": "1"},
    "/console/frename.pl": lambda account, rng: {"file": file_id(account, rng), "newname": new_name(account)},
    "/console/op.pl": lambda account, rng: {
        "dragged[]": [file_id(account, rng)],
        "dragged_type": "2",
        "dropped_dir": "0",
    },
    "/console/dpub.pl": lambda account, rng: {"dir": str(account.folder(rng)), "change": "1"},
}


def existing(name, operation, account, rng):
    """A value for the field `name` that is right for something of the account; None for other fields."""
    if name == "url":
        return account.link(rng)
    if name == "urls":
        if operation == "fileRename":
            account.made += 1
            return [{"url": account.link(rng), "filename": f"renamed {account.made}"}]
        return [account.link(rng)]
    if name == "changes":
        return [{"file_id": account.link(rng).rsplit("?", 1)[1], "name": new_name(account)}]
    if name == "file_id":
        return account.link(rng).rsplit("?", 1)[1]
    if name == "files" and operation == "fileRm":
        return [{"url": account.link(rng)}]
    if name in ("folder_id", "destination_folder_id", "did"):
        return account.new_folder() if operation == "folderRm" else account.folder(rng)
    if name in ("rename", "filename", "name"):
        account.made += 1
        return f"name {account.made}"
    if name == "files" and operation == "versionReplace":
        return [account.replacement()]
    if name == "file_ids":
        return [account.link(rng).rsplit("?", 1)[1]]
    if name == "folder_ids":
        return [account.folder(rng)]
    if name == "sharing_user" or name == "destination_user":
        return ""
    if name == "xid":
        return account.report(rng)
    if name == "id" and operation.startswith("keys"):
        return account.key(rng)
    if name == "id" and operation.startswith("remote"):
        return account.ended("remote", "requests")
    if name == "id" and operation.startswith("import"):
        return account.ended("import", "imports")
    if name == "id" and operation.startswith("link"):
        return account.further_link(rng)
    return None


def fit(body, operation, account, rng, is_plain):
    """Puts what exists into a body; a plain one keeps nothing but what the call needs."""
    definition = operation.definition.raw
    schema = definition.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = definition["operationId"]
    required = set(REQUIRED.get(schema.get("$ref", "").rsplit("/", 1)[-1], ()))
    if name == "fileInfo":
        required = {"url"}
    kept = {key: body[key] for key in body if not is_plain or key in required}
    for key in sorted(required | kept.keys()):
        value = existing(key, name, account, rng)
        if value is not None and (is_plain or rng.random() < 0.8):
            kept[key] = value
    if name in ("versionRestore", "versionGetToken") and rng.random() < 0.8:
        kept.update(account.version())
    if name == "folderMv" and is_plain:
        kept["rename"] = existing("rename", name, account, rng)
    return kept


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """What an answer holds and the reference does not name is a fault too."""
    for name, component in raw_schema["components"]["schemas"].items():
        REQUIRED[name] = component.get("required", [])
        if not name.endswith("Request") and name != "OpenApiJson":
            close(component)


def close(schema):
    if "properties" in schema:
        schema["additionalProperties"] = False
    for inner in (*schema.get("properties", {}).values(), schema.get("items")):
        if isinstance(inner, dict):
            close(inner)


@schemathesis.hook
def before_call(context, case, kwargs):
    kwargs["allow_redirects"] = False
    described = f"{SEED} {case.method} {case.path} {case.path_parameters} {case.query} {case.body!r}"
    rng = random.Random(hashlib.sha256(described.encode("utf-8", "surrogatepass")).digest())
    account = ACCOUNTS[0 if rng.random() < 0.75 else 1]
    # A link page leads customers on at once and shows itself to others.
    if rng.random() < (0.5 if case.path == "/" else 0.95):
        case.headers.setdefault("Authorization", account.headers["Authorization"])
    # Now and then something of the other account.
    owner = account if rng.random() < 0.8 else rng.choice(ACCOUNTS)
    is_plain = rng.random() < 0.3
    if isinstance(case.body, dict) and case.media_type == "application/json" and rng.random() < 0.8:
        case.body = fit(case.body, case.operation, owner, rng, is_plain)
    if case.path == "/z{token}" or rng.random() < 0.8:
        fit_address(case, owner, rng)
    if case.path == "/upload.cgi" and rng.random() < 0.5:
        fit_upload(case, owner, rng, kwargs, is_plain)


def fit_address(case, owner, rng):
    if case.path == "/p{token}":
        case.path_parameters = {"token": owner.token(rng)}
    elif case.path == "/z{token}":
        case.path_parameters = {"token": owner.archive(rng)}
    elif case.path == "/dir/{id}":
        case.path_parameters = {"id": rng.choice(owner.shares)}
    elif case.path == "/end.pl":
        case.query = {**(case.query or {}), "xid": owner.report(rng)}
    elif case.path == "/remove/{id}/{code}":
        # The last one stays for those who only look.
        is_spent = case.method == "POST" and len(owner.removals) > 1
        file, code = owner.removals.pop() if is_spent else owner.removals[0]
        case.path_parameters = {"id": file, "code": code}
        if is_spent and isinstance(case.body, dict):
            case.body = {**case.body, "force": "1"}
    elif case.path == "/login.pl" and isinstance(case.body, dict):
        case.body = {**case.body, **owner.login}
    elif case.path == "/forgotten.pl" and isinstance(case.body, dict):
        case.body = {**case.body, "mail": "nobody@example.org"}
    elif case.path.startswith("/console/") and case.method != "POST":
        case.headers["Cookie"] = owner.cookie()
        case.query = {name: value for name, value in (case.query or {}).items() if name == "lg"}
        if case.path == "/console/link.pl":
            case.query["selected[]"] = file_id(owner, rng)
    elif case.path in CONSOLE_FORMS and isinstance(case.body, dict):
        case.body = {**case.body, **CONSOLE_FORMS[case.path](owner, rng)}
    elif case.path in ("/", "/qr.pl"):
        # The id of a link is a name without a value, which OpenAPI has no words for.
        options = {name: value for name, value in (case.query or {}).items() if name != "ID"}
        case.query = {**options, RAW_QUERY_STRING_KEY: RawQueryString(owner.link(rng).rsplit("?", 1)[1])}


def fit_upload(case, owner, rng, kwargs, is_plain):
    """Files as browsers send them, beside the fields that were generated."""
    case.query = {key: value for key, value in (case.query or {}).items() if key != "id"}
    fields = case.body if isinstance(case.body, dict) and not is_plain else {}
    owner.made += 1
    files = [("file[]", (f"upload {owner.made}.bin", f"bytes {owner.made}".encode()))]
    for name, value in fields.items():
        if name not in ("file[]", "user", "pass"):
            files.append((name, (None, str(value).encode("utf-8", "replace"))))
    case.headers.pop("Content-Type", None)
    kwargs["files"] = files


@schemathesis.hook
def after_call(context, case, response):
    counts = seen.setdefault(case.operation.label, {})
    counts[str(response.status_code)] = counts.get(str(response.status_code), 0) + 1
    if response.status_code != 200:
        return
    try:
        answer = response.json()
    except ValueError:
        return
    if case.path == "/v1/file/rm.cgi":
        for account in ACCOUNTS:
            account.links = [link for link in account.links if link not in answer["urls"]]
    if case.path == "/x/v1/keys/add":
        caller = case.headers.get("Authorization")
        for account in ACCOUNTS:
            if account.headers["Authorization"] == caller:
                account.keys.append(answer["key"]["id"])
    if case.path in ("/x/v1/keys/rm", "/x/v1/keys/rotate") and isinstance(case.body, dict):
        for account in ACCOUNTS:
            account.keys = [key for key in account.keys if key != case.body.get("id")]
    if case.path in ("/v1/folder/rm.cgi", "/v1/folder/mv.cgi") and isinstance(case.body, dict):
        for account in ACCOUNTS:
            account.folders = [folder for folder in account.folders if folder != case.body.get("folder_id")]


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Where a call is planned nothing is at its address, whatever the method: 404, and no 405."""
    is_planned = case.operation.definition.raw["x-availability"] == "planned"
    return not (is_planned and isinstance(failure, UnsupportedMethodResponse) and response.status_code == 404)


@atexit.register
def write_seen():
    with open(os.environ["CONSIGNE_SEEN"], "w", encoding="utf-8") as file:
        json.dump(seen, file)
