"""What every script here shares: where the service is and who is calling. Written for api.1fichier.com."""

import os

import requests

API = os.environ.get("API_URL", "https://api.1fichier.com/v1")
KEY = os.environ["API_KEY"]
SCHEME = API.split("://")[0]
HEADERS = {"Authorization": "Bearer " + KEY}


def call(path, payload=None):
    answer = requests.post(API + path, json=payload or {}, headers=HEADERS, timeout=60)
    answer.raise_for_status()
    return answer.json()
