# ruff: noqa: INP001, T201, S602, S603 - a script that runs the steps of our own Dockerfile
"""Goes through deploy/Dockerfile step by step without an engine, in a directory that is its root.

python deploy/replay_image.py        some minutes; make image-replay does it

What the build context lets in is copied, RUN runs with the paths of the image put below that
directory, and at the end the build stage is deleted before ``tocsin`` is started with nothing but
the image's own environment. What only a real image has is left out, and said: the user, the
operating system's own packages, and that nothing else can be reached.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
BELOW = ("/build", "/opt/tocsin", "/src", "/var/lib/tocsin")
"""Paths of the image that its steps name; each is put below the replay's root."""

OF_A_SYSTEM = ("useradd", "install -d -o")
CHECKS = (
    ["tocsin", "--version"],
    ["tocsin", "--help"],
    ["tocsin", "worker", "--help"],
    ["tocsin", "check", str(ROOT / "examples" / "demo" / "brands.yaml")],
    ["python", "-c", "import agents, lab, pipeline, schemas; import faust, numpy, kafka"],
)


class Step(NamedTuple):
    """One instruction: its word, and the rest of its line with continuations joined."""

    word: str
    rest: str


def steps(text: str) -> Iterator[Step]:
    r"""Yield the instructions of a Dockerfile.

    >>> list(steps("# a\nFROM x AS y\nRUN a \\\n && b\n"))
    [Step(word='FROM', rest='x AS y'), Step(word='RUN', rest='a  && b')]
    """
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for line in lines.replace("\\\n", "").splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield Step(word, rest.strip())


def context(into: Path) -> None:
    """Copy what deploy/Dockerfile.dockerignore lets in: all of it is left out, but for ``!``."""
    rules = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    for name in (rule[1:] for rule in rules if rule.startswith("!")):
        source, to = ROOT / name, into / name
        to.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, to, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, to)


class Replay:
    """The steps, carried out below ``root`` with the interpreter that the image names."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.context = root / "context"
        context(self.context)
        self.env: dict[str, str] = {}
        self.where = root
        self.bin = root / "bin"
        self.bin.mkdir()

    def below(self, text: str) -> str:
        """The same with the paths of the image put below the root."""
        return re.sub(
            r"(?<![\w/.])(" + "|".join(map(re.escape, BELOW)) + r")(?=[/\s:]|$)",
            lambda found: f"{self.root}{found.group(1)}",
            text,
        )

    def do(self, step: Step) -> None:
        """Carry out one step. Raises ``CalledProcessError`` where it fails."""
        print(f"{step.word} {step.rest}", flush=True)
        match step.word:
            case "FROM":
                self._from(step.rest)
            case "ENV":
                for name, value in re.findall(r"(\w+)=(\S+)", step.rest):
                    self.env[name] = self.below(value).replace("$PATH", self.env["PATH"])
            case "WORKDIR":
                self.where = Path(self.below(step.rest))
                self.where.mkdir(parents=True, exist_ok=True)
            case "COPY":
                self._copy(step.rest)
            case "RUN":
                self._run(step.rest)
            case "USER" | "LABEL" | "EXPOSE" | "ENTRYPOINT" | "CMD":
                pass
            case _:
                sys.exit(f"{step.word} is not known here: teach deploy/replay_image.py")

    def _from(self, rest: str) -> None:
        found = re.match(r"python:(\d\.\d+)-", rest)
        python = _interpreter(found.group(1)) if found else ""
        if not python:
            sys.exit(f"needs the Python of {rest}, which is not found")
        for link in ("python", "python3"):
            (self.bin / link).unlink(missing_ok=True)
            (self.bin / link).symlink_to(python)
        self.env = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(self.root), "LANG": "C.UTF-8"}
        # The registry that this machine uses is part of the engine's network, not of the image.
        self.env |= {
            name: value
            for name, value in os.environ.items()
            if name.startswith(("PIP_", "UV_", "SSL_")) or name.lower().endswith("_proxy")
        }

    def _copy(self, rest: str) -> None:
        if rest.startswith("--from="):
            _, source, to = rest.split()
            if source != to:
                sys.exit("an environment can only be copied to where it was made")
            return
        *sources, to = rest.split()
        into = self.where / to
        for source in sources:
            here = self.context / source
            if here.is_dir():
                shutil.copytree(here, into, dirs_exist_ok=True)
            elif to.endswith("/"):
                into.mkdir(parents=True, exist_ok=True)
                shutil.copy(here, into)
            else:
                shutil.copy(here, into)

    def _run(self, rest: str) -> None:
        for command in re.split(r"\s+&&\s+", rest):
            if command.startswith(OF_A_SYSTEM):
                print(f"  left out: {command}")
                continue
            subprocess.run(
                self.below(command), shell=True, cwd=self.where, env=self.env, check=True
            )

    def start(self) -> None:
        """Delete what only the build had, and start the image's commands. Raises as ``do``."""
        for gone in ("build", "src", "context"):
            shutil.rmtree(self.root / gone)
        kept = {name: self.env[name] for name in self.env if not name.startswith(("PIP_", "UV_"))}
        for command in CHECKS:
            print("$", *command, flush=True)
            found = shutil.which(command[0], path=kept["PATH"])
            assert found is not None, f"{command[0]} is not in the image"  # noqa: S101
            subprocess.run([found, *command[1:]], cwd=self.where, env=kept, check=True,
                           stdout=subprocess.DEVNULL)  # fmt: skip


def _interpreter(version: str) -> str:
    """Where a Python of this version is; empty where there is none."""
    asked = [sys.executable, str(ROOT / "deploy" / "find_python.py"), version]
    return subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip()


def main() -> None:
    """Go through all steps."""
    with tempfile.TemporaryDirectory(prefix="tocsin-image-") as directory:
        replay = Replay(Path(directory))
        for step in steps(DOCKERFILE.read_text("utf-8")):
            replay.do(step)
        replay.start()
    print("The image's steps work, and it starts.")


if __name__ == "__main__":
    main()
