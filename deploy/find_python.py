# ruff: noqa: INP001, T201, S603 - a script of make test-pythons and make image-replay
"""Says where a Python of some version is, on the PATH or among those of pyenv.

python deploy/find_python.py 3.12

Exit code 1 where there is none. A shim on the PATH does not count unless it leads somewhere.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def find(version: str) -> str:
    """Path of an interpreter that runs; empty where there is none."""
    name = f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for place in (shutil.which(name), *sorted(pyenv.glob(f"versions/{version}.*/bin/{name}"))):
        if place is not None:
            asked = [str(place), "-c", "import sys; print(sys.executable)"]
            told = subprocess.run(asked, check=False, capture_output=True, text=True)
            if told.returncode == 0:
                return told.stdout.strip()
    return ""


if __name__ == "__main__":
    found = find(sys.argv[1])
    print(found)
    sys.exit(0 if found else 1)
