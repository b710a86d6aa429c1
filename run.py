#!/usr/bin/env python3
"""Banjie from an empty clone, with nothing but Python 3.11 or later.

python3 run.py            start it with the demonstration province, and say where it answers
python3 run.py test       pass the whole test suite
python3 run.py lint       check style, types and arrows
python3 run.py COMMAND    any command of banjie, for example: python3 run.py play --help
"""

import hashlib
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HOME = Path(os.environ.get("BANJIE_VENV", ROOT / ".venv"))
PYTHON = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCKS = {"run": ROOT / "requirements" / "run.txt", "develop": ROOT / "requirements" / "develop.txt"}


def prepare(purpose: str) -> None:
    """Make the virtual environment hold exactly what the lock of `purpose` names; nothing to do when it does."""
    stamp = HOME / f".{purpose}"
    wanted = hashlib.sha256(LOCKS[purpose].read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    made = HOME / ".made"
    if not made.exists():  # also when the making of it was interrupted
        print("Making the virtual environment …", flush=True)
        venv.create(HOME, with_pip=True)
        made.touch()
    print("Installing the locked packages (once) …", flush=True)
    install = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*install, "--require-hashes", "-r", LOCKS[purpose]], check=True)
    library = subprocess.run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    Path(library, "banjie-checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    stamp.write_text(wanted)


def lint() -> int:
    """Run every static check; return how many of them failed."""
    tools = PYTHON.parent
    checks = (
        [tools / "ruff", "check", "."],
        [tools / "ruff", "format", "--check", "."],
        [tools / "mypy"],
        [tools / "lint-imports", "--no-cache"],
    )
    return sum(subprocess.run(check, cwd=ROOT, check=False).returncode != 0 for check in checks)


def test(arguments: list[str]) -> int:
    """Run the test suite on every core; return pytest's exit code.

    The pages' bundles are built first, as a start would: what needs them is skipped where they can't be.
    """
    build = "from webapp import assets; assets.build(report=print)"
    subprocess.run([PYTHON, "-c", build], cwd=ROOT, check=False)
    everywhere = ["-n", str(max(2, os.cpu_count() or 2)), "--dist", "worksteal"]
    spread = [] if any(given.startswith("-n") for given in arguments) else everywhere
    return subprocess.run([PYTHON, "-m", "pytest", *spread, *arguments], cwd=ROOT, check=False).returncode


def main(arguments: list[str]) -> int:
    """Prepare what the command needs, then run it."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the one file that an older Python may be asked to run
        print(f"Banjie needs Python 3.11 or later; this is {sysconfig.get_python_version()}.", file=sys.stderr)
        return 2
    command = arguments[0] if arguments else "up"
    prepare("develop" if command in {"test", "lint", "bench", "migration"} else "run")
    if command == "lint":
        return min(1, lint())
    if command == "test":
        return test(arguments[1:])
    run = [str(PYTHON), "-m", "banjie", *(arguments or ["up", "--demo"])]
    if os.name == "nt":
        return subprocess.run(run, cwd=ROOT, check=False).returncode
    os.chdir(ROOT)
    return os.execv(run[0], run)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failed:
        print(f"This step failed (exit {failed.returncode}): {' '.join(map(str, failed.cmd))}", file=sys.stderr)
        sys.exit(1)
