"""A control plane of real components on loopback: etcd, the API server, the controllers, the scheduler."""

import base64
import csv
import json
import re
import secrets
import subprocess
import time

import yaml

from api import Api
from definitions import define
from failure import Failed, check
from processes import Processes, free_ports

PORTS = ("etcd", "peer", "api", "controllers", "scheduler")

# What a cluster of ours needs. The controller of nodes' life is left out: the test says itself which node is ready.
CONTROLLERS = (
    "deployment-controller",
    "replicaset-controller",
    "daemonset-controller",
    "statefulset-controller",
    "job-controller",
    "disruption-controller",
    "serviceaccount-controller",
    "namespace-controller",
    "root-ca-certificate-publisher-controller",
    "garbage-collector-controller",
)

# Every request of a ServiceAccount is written down, and every eviction.
AUDIT = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        {"level": "Metadata", "userGroups": ["system:serviceaccounts"]},
        {"level": "Metadata", "verbs": ["create"], "resources": [{"group": "", "resources": ["pods/eviction"]}]},
        {"level": "None"},
    ],
}

# What `--format admission` says of Kubernetes 1.34 and 1.35.
BETA_POLICIES = (
    "--feature-gates=MutatingAdmissionPolicy=true",
    "--runtime-config=admissionregistration.k8s.io/v1beta1=true",
)

ADMIN = "admin"
USERS = (ADMIN, "system:kube-controller-manager", "system:kube-scheduler")


class ControlPlane:
    def __init__(self, name, folder, binaries, log):
        self.name = name
        self.folder = folder
        self.binaries = binaries
        self.log = log
        self.folder.mkdir(parents=True)
        self.processes = Processes(folder)
        self.port = dict(zip(PORTS, free_ports(len(PORTS))))
        self.tokens = {user: secrets.token_hex(16) for user in USERS}
        self.api = Api(self.port["api"], self.tokens[ADMIN])
        self.server = f"https://127.0.0.1:{self.port['api']}"
        self.version = self.built_version()
        self.kinds = {}

    def built_version(self):
        """Kubernetes, as in `1.36`."""
        command = [self.binaries.component("kube-apiserver"), "--version"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = re.fullmatch(r"Kubernetes v(\d+\.\d+)\.\d+\n", said)
        check(found, "the API server does not say its version: build/build.sh makes one that does", None, said)
        return found[1]

    # Files

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
        return path

    def kubeconfig(self, name, token):
        cluster = {"server": self.server, "insecure-skip-tls-verify": True}
        return self.write(
            f"{name}.kubeconfig",
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "test",
                "clusters": [{"name": "test", "cluster": cluster}],
                "users": [{"name": name, "user": {"token": token}}],
                "contexts": [{"name": "test", "context": {"cluster": "test", "user": name}}],
            },
        )

    def write_users(self):
        with open(self.folder / "tokens.csv", "w", newline="") as file:
            csv.writer(file).writerows([token, user, user, "system:masters"] for user, token in self.tokens.items())
        for user, token in self.tokens.items():
            self.kubeconfig(user.removeprefix("system:"), token)

    def write_keys(self):
        """The pair that the tokens of ServiceAccounts are signed with."""
        for command in (
            ["genrsa", "-out", "accounts.key", "2048"],
            ["rsa", "-in", "accounts.key", "-pubout", "-out", "accounts.pub"],
        ):
            subprocess.run(["openssl", *command], cwd=self.folder, check=True, capture_output=True)

    # Life

    def start(self):
        self.write_users()
        self.write_keys()
        self.write("audit.yaml", AUDIT)
        self.start_etcd()
        self.start_api()
        self.wait("the API server is ready", lambda: self.api.ask("GET", "/readyz").is_good, 120)
        define(self)
        self.start_controllers()
        self.start_scheduler()
        self.wait("every namespace has its account", self.has_accounts, 60)

    def has_accounts(self):
        return self.api.ask("GET", "/api/v1/namespaces/kube-system/serviceaccounts/default").is_good

    def close(self):
        self.processes.close()

    def start_etcd(self):
        client, peer = (f"http://127.0.0.1:{self.port[name]}" for name in ("etcd", "peer"))
        self.processes.start(
            "etcd",
            self.binaries.component("etcd"),
            "--data-dir=etcd",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            "--log-level=warn",
            # Nothing here has to outlive a crash.
            "--unsafe-no-fsync",
        )

    def start_api(self):
        self.processes.start(
            "kube-apiserver",
            self.binaries.component("kube-apiserver"),
            f"--etcd-servers=http://127.0.0.1:{self.port['etcd']}",
            "--bind-address=127.0.0.1",
            f"--secure-port={self.port['api']}",
            "--cert-dir=certificates",
            "--token-auth-file=tokens.csv",
            "--authorization-mode=RBAC",
            "--endpoint-reconciler-type=none",
            "--service-account-issuer=https://test.local",
            "--service-account-key-file=accounts.pub",
            "--service-account-signing-key-file=accounts.key",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--audit-policy-file=audit.yaml",
            "--audit-log-path=audit.log",
            "--enable-priority-and-fairness=false",
            *(BETA_POLICIES if self.version in ("1.34", "1.35") else ()),
            "--profiling=false",
        )

    def start_controllers(self):
        self.processes.start(
            "kube-controller-manager",
            self.binaries.component("kube-controller-manager"),
            "--kubeconfig=kube-controller-manager.kubeconfig",
            "--leader-elect=false",
            "--service-account-private-key-file=accounts.key",
            "--root-ca-file=certificates/apiserver.crt",
            "--bind-address=127.0.0.1",
            f"--secure-port={self.port['controllers']}",
            "--cert-dir=certificates-of-controllers",
            "--kube-api-qps=200",
            "--kube-api-burst=400",
            f"--controllers={','.join(CONTROLLERS)}",
        )

    def start_scheduler(self):
        kubeconfig = str(self.folder / "kube-scheduler.kubeconfig")
        self.write(
            "scheduler.yaml",
            {
                "apiVersion": "kubescheduler.config.k8s.io/v1",
                "kind": "KubeSchedulerConfiguration",
                "leaderElection": {"leaderElect": False},
                "podInitialBackoffSeconds": 1,
                "podMaxBackoffSeconds": 1,
                "clientConnection": {"kubeconfig": kubeconfig, "qps": 200, "burst": 400},
            },
        )
        self.processes.start(
            "kube-scheduler",
            self.binaries.component("kube-scheduler"),
            "--config=scheduler.yaml",
            "--bind-address=127.0.0.1",
            f"--secure-port={self.port['scheduler']}",
            "--cert-dir=certificates-of-scheduler",
            # The points of each plugin are logged from here on.
            "--v=10",
        )

    # Waiting

    def wait(self, what, holds, seconds=60, every=0.2):
        """Until it holds. A process that has ended by itself fails the wait at once."""
        end = time.monotonic() + seconds
        trouble = "it was not so"
        while time.monotonic() < end:
            check(not self.processes.is_closed, f"interrupted while waiting until {what}")
            if ended := self.processes.ended():
                raise Failed(f"while waiting until {what}: {ended[0]} ended")
            try:
                if found := holds():
                    return found
            except (Failed, OSError, KeyError, ValueError) as error:
                trouble = f"{type(error).__name__}: {error}"
            time.sleep(every)
        raise Failed(f"not within {seconds} s: {what}", None, trouble)

    # Kubectl, as a person would run it

    def kubectl(self, *arguments, stdin=None, cwd=None):
        command = [self.binaries.tool("kubectl"), "--kubeconfig", str(self.folder / "admin.kubeconfig"), *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=cwd, check=False)

    def kubectl_good(self, *arguments, stdin=None, cwd=None):
        result = self.kubectl(*arguments, stdin=stdin, cwd=cwd)
        check(result.returncode == 0, f"kubectl {' '.join(arguments)} failed", None, result.stderr or result.stdout)
        return result

    def namespace(self, name, labels=None):
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels or {}}}
        answer = self.api.ask("POST", "/api/v1/namespaces", body)
        check(answer.is_good or answer.status == 409, f"namespace {name} cannot be made", body, answer.reason)

    def token(self, namespace, account):
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
        spec = {"expirationSeconds": 3600}
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
        return self.api.create(path, request)["status"]["token"]

    def audited(self):
        """What the audit log has so far."""
        path = self.folder / "audit.log"
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        # The last line may be half written.
        return [json.loads(line) for line in lines if line.endswith("\n")]


def user_of(token):
    """The user that a ServiceAccount's token stands for."""
    claims = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"]
