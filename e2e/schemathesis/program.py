"""Schemathesis, in an environment of its own.

`program.py install` makes the environment, anything else is passed on to Schemathesis. It lies in the cache of whoever
runs the tests, under a name that changes with requirements.txt, so that a fresh clone finds it again.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import venv

requirements = pathlib.Path(__file__).with_name("requirements.txt")
cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
environment = cache / "consigne-tests" / f"schemathesis-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]}"


def install():
    """Makes it under another name first: an environment that is there is complete."""
    being_made = environment.with_name(f"{environment.name}-{os.getpid()}")
    try:
        venv.create(being_made, with_pip=True)
        pip = [being_made / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", requirements], check=True)
        shutil.rmtree(environment, ignore_errors=True)
        being_made.rename(environment)
    finally:
        shutil.rmtree(being_made, ignore_errors=True)


if sys.argv[1:] == ["install"]:
    install()
else:
    # Not by bin/st, which names the folder that it was made in.
    python = environment / "bin" / "python"
    if not python.exists():
        sys.exit(f"Schemathesis is not installed; `{sys.executable} {__file__} install` does it.")
    os.execv(python, [python, "-m", "schemathesis.cli", *sys.argv[1:]])
