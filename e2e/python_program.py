"""Programs from the Python Package Index, each in an environment of its own.

`python_program.py NAME install` makes the environment of e2e/NAME/requirements.txt, anything else is passed on to the
program, and `python_program.py NAME where` tells the interpreter of the environment. It lies in the cache of whoever runs the tests, under a name that changes with the requirements, so that a fresh
clone finds it again.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import venv

here = pathlib.Path(__file__).parent
commands = {
    # Not by bin/st, which names the folder that it was made in.
    "schemathesis": ["-m", "schemathesis.cli"],
    "pyload": [str(here / "pyload" / "download.py")],
    "copyparty": ["-m", "copyparty"],
}

name = sys.argv[1]
command = commands[name]
requirements = here / name / "requirements.txt"
cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
environment = cache / "consigne-tests" / f"{name}-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]}"


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


if sys.argv[2:] == ["install"]:
    install()
else:
    python = environment / "bin" / "python"
    if not python.exists():
        sys.exit(f"{name} is not installed; `{sys.executable} {__file__} {name} install` does it.")
    if sys.argv[2:] == ["where"]:
        print(python)
    else:
        os.execv(python, [python, *command, *sys.argv[2:]])
