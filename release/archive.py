#!/usr/bin/env python3
"""Make the archives of a release from one built binary.

usage: archive.py BINARY TARGET FOLDER

TARGET is a target of Rust, such as x86_64-unknown-linux-musl. Into FOLDER go

  spotgen-TARGET.tar.gz, .zip for Windows    the binary with all that belongs to it
  spotgen-helm3-TARGET.tgz                   the plugin of Helm 3, with the binary
  spotgen-helm4-TARGET.tgz                   the plugin of Helm 4, with the binary

BINARY has to run here: it writes its completions, man pages and schema itself.
The archives of two runs are the same to the byte: all times are SOURCE_DATE_EPOCH.
"""

import gzip
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Where each shell looks for a file of this name.
COMPLETIONS = {
    "bash": "spotgen.bash",
    "zsh": "_spotgen",
    "fish": "spotgen.fish",
    "powershell": "_spotgen.ps1",
}
PLUGINS = {"helm3": "release/helm3/plugin.yaml", "helm4": "plugins/helm/plugin.yaml"}

# 1980 is the first year that a zip can have.
TIME = int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))


def output(binary, *arguments):
    return subprocess.run([binary, *arguments], check=True, stdout=subprocess.PIPE).stdout


def contents(binary, name):
    """Path and bytes of every file."""
    files = {name: binary.read_bytes()}
    for page in ["LICENSE", "README.md", "CHANGELOG.md"]:
        files[page] = (ROOT / page).read_bytes()
    for shell, file in COMPLETIONS.items():
        files[f"completions/{file}"] = output(binary, "completions", shell)
    files["spot-config.schema.json"] = output(binary, "schema")
    with tempfile.TemporaryDirectory() as folder:
        output(binary, "man", folder)
        for page in Path(folder).iterdir():
            files[f"man/man1/{page.name}"] = page.read_bytes()
    return files


def plugin(binary, name, manifest):
    """The plugin runs the binary beside it, not the one on the PATH."""
    text = (ROOT / manifest).read_text()
    on_the_path = "command: spotgen\n"
    if text.count(on_the_path) != 1:
        raise SystemExit(f"{manifest} does not have {on_the_path!r} once")
    text = text.replace(on_the_path, f'command: "${{HELM_PLUGIN_DIR}}/{name}"\n')
    return {"plugin.yaml": text.encode(), name: binary.read_bytes(), "LICENSE": (ROOT / "LICENSE").read_bytes()}


def mode(path, name):
    return 0o755 if path.split("/")[-1] == name else 0o644


def write_tar(path, files, name):
    with path.open("wb") as raw, gzip.GzipFile("", "wb", mtime=TIME, fileobj=raw) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for inside, content in sorted(files.items()):
                entry = tarfile.TarInfo(inside)
                entry.size, entry.mtime, entry.mode = len(content), TIME, mode(inside, name)
                archive.addfile(entry, io.BytesIO(content))


def write_zip(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, content in sorted(files.items()):
            entry = zipfile.ZipInfo(inside, time.gmtime(TIME)[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def main():
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    binary, target, folder = Path(sys.argv[1]).resolve(), sys.argv[2], Path(sys.argv[3])
    is_windows = "windows" in target
    name = "spotgen.exe" if is_windows else "spotgen"
    folder.mkdir(parents=True, exist_ok=True)
    top = f"spotgen-{target}"
    files = {f"{top}/{inside}": content for inside, content in contents(binary, name).items()}
    if is_windows:
        write_zip(folder / f"{top}.zip", files)
    else:
        write_tar(folder / f"{top}.tar.gz", files, name)
    for helm, manifest in PLUGINS.items():
        # Helm 3 looks for plugin.yaml at the top only.
        # Source: helm/helm v3.18.0 pkg/plugin/installer/http_installer.go, `Install`.
        write_tar(folder / f"spotgen-{helm}-{target}.tgz", plugin(binary, name, manifest), name)


if __name__ == "__main__":
    main()
