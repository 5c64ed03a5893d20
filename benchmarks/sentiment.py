"""Speed and memory of sentiment: texts a second of one core, new and known, and megabytes.

    python benchmarks/sentiment.py DATA

``DATA/sentiment`` holds labelled files, as ``tocsin train`` reads them; only their texts count.
Quality is another script's: ``benchmarks/sentiment_quality.py``.
"""

import argparse
import gc
import platform
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

from agents.labelled import read_directory
from pipeline.sentiment import Model, load_model
from pipeline.sentiment.corpus import Example

MEMORY = """
import sys

def used():
    for line in open("/proc/self/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1])

before = used()
from pipeline.sentiment import load_model
model = load_model()
loaded = used()
for line in open(sys.argv[1], encoding="utf-8", newline="\\n"):
    model.score(line, "und")
print(before, loaded, used())
"""


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    options = parser.parse_args()
    data: Path = options.data
    model = load_model()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, "
          f"{model.version}, river {version('river')}")  # fmt: skip
    print(f"data: {data.name}, {time.strftime('%Y-%m-%d')}\n")
    speed(list(read_directory(data / "sentiment")))


def speed(examples: list[Example]) -> None:
    """Texts a second of processor time, one core: new, words known, whole texts known."""
    if not examples:
        return
    texts = list({each.text: each.lang for each in examples}.items())
    random.Random(1).shuffle(texts)
    plain = [text for text, lang in texts if lang == "en"]
    print("\ntexts a second on one core")
    unstated = [(text, "und") for text, _ in texts]
    english = [(text, "en") for text in plain]
    for name, some in (("English", english), ("all languages", texts),
                       ("all, language not stated", unstated)):  # fmt: skip
        model = load_model()
        gc.collect()
        cold = rate(model, some)
        model.forget_texts()
        warm = rate(model, some)
        again = rate(model, some[-5_000:])
        print(f"  {name:26} never seen {cold:>9,.0f}   words known {warm:>9,.0f}   "
              f"texts known {again:>11,.0f}   ({len(some):,} texts)")  # fmt: skip
    if not Path("/proc/self/status").exists():
        print("memory: not measured, for there is no /proc here")
        return
    with NamedTemporaryFile("w", encoding="utf-8", newline="\n") as file:
        file.writelines(" ".join(text.split()) + "\n" for text, _ in texts)
        file.flush()
        out = subprocess.run([sys.executable, "-c", MEMORY, file.name], check=True,
                             capture_output=True, text=True).stdout  # fmt: skip
    before, loaded, after = (int(value) / 1024 for value in out.split())
    print(f"memory: Python {before:.0f} MB, + {loaded - before:.0f} MB with weights, "
          f"+ {after - before:.0f} MB after {len(texts):,} texts")  # fmt: skip


def rate(model: Model, texts: Iterable[tuple[str, str]]) -> float:
    """Texts a second of processor time."""
    score = model.score
    began, count = time.process_time(), 0
    for text, lang in texts:
        score(text, lang)
        count += 1
    return count / (time.process_time() - began)


if __name__ == "__main__":
    main()
