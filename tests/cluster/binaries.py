"""Where the programs are that a test runs."""

import os
import shutil
from pathlib import Path

from failure import Unavailable

REPOSITORY = Path(__file__).resolve().parents[2]
# Where build/build.sh puts what it builds.
BUILT = REPOSITORY / "target" / "cluster" / "bin"
COMPONENTS = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "descheduler",
    "kube-state-metrics",
)


class Binaries:
    """Programs by name; those of the cluster from one folder."""

    def __init__(self, folder=None):
        self.folder = Path(folder or os.environ.get("SPOTGEN_CLUSTER_BIN") or BUILT).resolve()

    def missing(self):
        return [name for name in COMPONENTS if not (self.folder / name).exists()]

    def component(self, name):
        path = self.folder / name
        if not path.exists():
            raise Unavailable(f"{name} is not in {self.folder}")
        return path

    def tool(self, *names):
        """The program that an environment variable names, as .ci/run sets it, or one on the PATH."""
        for name in names:
            found = os.environ.get(f"SPOTGEN_{name.upper()}") or shutil.which(name)
            if found:
                return found
        raise Unavailable(f"{names[0]} is not here (SPOTGEN_{names[0].upper()} names one)")

    def spotgen(self):
        if named := os.environ.get("SPOTGEN"):
            return str(Path(named).resolve())
        for profile in ("release", "debug"):
            path = REPOSITORY / "target" / profile / "spotgen"
            if path.exists():
                return str(path)
        raise Unavailable("spotgen is not built: cargo build")
