"""Uploads the file named in the argument as the guide shows it: one call, the key as a parameter."""

import os
import sys

import requests
from service import API, KEY

url = API + "/upload.cgi"
files = {"file[]": open(sys.argv[1], "rb")}
print(requests.post(url, files=files, params={"api_key": KEY}).json()["links"][0]["download"])
# The key as a header and nothing else said.
files = {"file[]": open(sys.argv[1], "rb")}
print(requests.post(url, files=files, headers={"Authorization": "Bearer " + KEY}).json()["links"][0]["filename"])
