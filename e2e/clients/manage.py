"""Lists, makes the named folder, moves, renames, copies and removes; prints the names left in the folder."""

import json
import sys

import requests
from service import API, KEY, call

link, folder_name = sys.argv[1:]
folder = call("/folder/mkdir.cgi", {"name": folder_name, "folder_id": 0})["folder_id"]
assert any(f["id"] == folder for f in call("/folder/ls.cgi", {"folder_id": 0})["sub_folders"])
assert any(item["url"] == link for item in call("/file/ls.cgi", {"folder_id": 0})["items"])

moved = call("/file/mv.cgi", {"urls": [link], "destination_folder_id": folder})
assert moved["moved"] == 1, moved
renamed = call("/file/rename.cgi", {"urls": [{"url": link, "filename": "renamed é.bin"}]})
assert renamed["urls"][0]["new_filename"] == "renamed é.bin", renamed
copied = call("/file/cp.cgi", {"urls": [link], "folder_id": folder, "rename": "copy.bin"})
assert copied["urls"][0]["to_url"] != link, copied
info = call("/file/info.cgi", {"url": link})
assert info["path"] == folder_name, info
removed = call("/file/rm.cgi", {"files": [{"url": copied["urls"][0]["to_url"]}]})
assert removed["removed"] == 1, removed

# The key as a parameter instead of a header.
listing = requests.post(API + "/file/ls.cgi", params={"api_key": KEY}, json={"folder_id": folder}, timeout=60).json()
print(json.dumps([item["filename"] for item in listing["items"]]))

gone = requests.post(API + "/file/info.cgi", params={"api_key": KEY}, json={"url": link + "x"}, timeout=60)
assert (gone.status_code, gone.json()["status"]) == (404, "KO"), gone.text
