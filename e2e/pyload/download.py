"""Downloads links with pyLoad's own core, as its web page would.

`download.py FOLDER [[NAME, LINK, PASSWORD], …] [MAIL, PASSWORD]` writes into FOLDER/downloads/NAME and prints, in its last
line, the name, the state and the fault of each link. Without an account that argument is `[]`. With `STOP` behind it, a
number of bytes, it downloads slowly and ends in the middle, when so many have come, like a program that is killed; called
again with the same folder, it goes on with what it has not done.
`download.py --version` says that everything is there.
"""

import importlib.metadata
import json
import os
import sys
import threading
import time
import urllib.parse

import certifi

# pyLoad verifies by this package's bundle and by nothing else; `consigne run` says where ours is.
certifi.where = lambda: os.environ["SSL_CERT_FILE"]

from pyload.core import Core
from pyload.core.managers.addon_manager import AddonManager

# One of them fetches plugins from elsewhere.
AddonManager.create_addons = lambda self: None

if sys.argv[1:] == ["--version"]:
    print(importlib.metadata.version("pyload-ng"))
    sys.exit()

SECONDS = 150
ENDED = {"finished", "failed", "offline", "temp. offline", "aborted", "skipped"}

folder, links, account = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
stop_bytes = int(sys.argv[4]) if len(sys.argv) > 4 else 0
pyload = Core(f"{folder}/user", f"{folder}/temp", f"{folder}/downloads", debug=0)
settings = pyload.config

# pyLoad refuses addresses of this machine, unless they are those of its proxy.
proxy = urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
for name, value in {
    "enabled": True,
    "type": "http",
    "host": proxy.hostname,
    "port": proxy.port,
    "username": urllib.parse.unquote(proxy.username or ""),
    "password": urllib.parse.unquote(proxy.password or ""),
}.items():
    settings.set("proxy", name, value)
settings.set("webui", "enabled", False)
settings.set("general", "min_free_space", 0)
settings.set("download", "limit_speed", stop_bytes > 0)
settings.set("download", "max_speed", 2000)


def written_bytes():
    return sum(
        os.path.getsize(os.path.join(place, name)) for place, _, names in os.walk(f"{folder}/downloads") for name in names
    )



threading.Thread(target=pyload.start, daemon=True).start()
if account:
    pyload.api.update_account("OneFichierCom", *account)
packages = {package.name: package.pid for package in pyload.api.get_queue()}
for package in packages.values():
    pyload.api.restart_package(package)
for name, link, password in links:
    packages[name] = pyload.api.add_package(name, [link])
    pyload.api.set_package_data(packages[name], {"password": password})

ends_at = time.monotonic() + SECONDS
while time.monotonic() < ends_at:
    time.sleep(0.1 if stop_bytes else 0.5)
    if stop_bytes and written_bytes() > stop_bytes:
        os._exit(0)
    files = {name: pyload.api.get_package_data(id).links for name, id in packages.items()}
    if all(file.statusmsg in ENDED for group in files.values() for file in group):
        break

print(json.dumps({name: [[file.name, file.statusmsg, file.error] for file in group] for name, group in files.items()}))
sys.stdout.flush()
os._exit(0)
