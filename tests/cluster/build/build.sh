#!/usr/bin/env bash
# build.sh [--kubernetes 1.34]
#
# Builds the components of the control plane from their Go modules into target/cluster/bin, puts definitions of custom
# kinds beside them, and prints that folder. Another version of Kubernetes, of which k8s/ has a .mod, goes into a folder
# of its own, target/cluster/bin-1.34.
# What is built already, from the same sources and by the same Go, is kept: a second run takes a second.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kubernetes=
if [ "${1:-}" = --kubernetes ]; then
    kubernetes=$2
    if [ ! -f "$here/k8s/$kubernetes.mod" ]; then
        echo "there is no $here/k8s/$kubernetes.mod" >&2
        exit 1
    fi
fi
out=${SPOTGEN_CLUSTER_BIN:-$here/../../../target/cluster/bin${kubernetes:+-$kubernetes}}
mkdir -p "$out"
out=$(cd "$out" && pwd)
go=$(go version)

# The module file of a folder.
modules() {
    if [ "$1" = k8s ] && [ -n "$kubernetes" ]; then
        echo "$kubernetes.mod"
    else
        echo go.mod
    fi
}

# What the linker is told. The programs of Kubernetes say their version to clients: Helm asks the API server for it.
linked() {
    local version
    version=$(cd "$here/$1" &&
        go list -modfile="$(modules "$1")" -m -f '{{.Version}}' k8s.io/kubernetes 2>/dev/null || true)
    echo "-s -w${version:+ -X k8s.io/component-base/version.gitVersion=$version}"
}

# What a folder's programs are built from.
pins() {
    local modules
    modules=$(modules "$1")
    echo "$go" "$(linked "$1")"
    (cd "$here/$1" && cat "$modules" "${modules%.mod}.sum" && find . -name '*.go' | LC_ALL=C sort | xargs -r cat)
}

# FOLDER PACKAGE...: the program of each package, by its last name, or by NAME=PACKAGE.
build() {
    local folder=$1 stamp=$out/$1.stamp want package name missing=
    shift
    want=$(pins "$folder" | cksum)
    for package in "$@"; do
        [ -x "$out/$(basename "${package%%=*}")" ] || missing=1
    done
    if [ -z "$missing" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then
        return
    fi
    rm -f "$stamp"
    for package in "$@"; do
        name=$(basename "${package%%=*}")
        echo "building $name" >&2
        # Written aside and moved, so that a stopped run leaves no half program.
        (cd "$here/$folder" && go build -modfile="$(modules "$folder")" -trimpath -ldflags "$(linked "$folder")" \
            -o "$out/$name.part" "${package#*=}") >&2
        mv "$out/$name.part" "$out/$name"
    done
    echo "$want" >"$stamp"
}

# MODULE SUM FILE: the definition of a custom kind, as a module has it.
define() {
    local to found
    to=$out/definitions/$(basename "$3")
    [ -f "$to" ] && [ "$(cat "$to.stamp" 2>/dev/null)" = "$*" ] && return
    found=$(go mod download -json "$1")
    if ! grep -q "\"Sum\": \"$2\"" <<<"$found"; then
        echo "$1 is not what it was: $found" >&2
        exit 1
    fi
    mkdir -p "$out/definitions"
    install -m 644 "$(sed -n 's/.*"Dir": "\(.*\)".*/\1/p' <<<"$found")/$3" "$to"
    echo "$*" >"$to.stamp"
}

build etcd etcd=go.etcd.io/etcd/server/v3
build k8s ./kube-apiserver ./kube-controller-manager ./kube-scheduler
build descheduler sigs.k8s.io/descheduler/cmd/descheduler
build kube-state-metrics kube-state-metrics=k8s.io/kube-state-metrics/v2
define github.com/argoproj/argo-rollouts@v1.9.0 h1:bXgBpwCByXyAUcgBnyP0fxkSW2CEot78InTFjFlag5g= \
    manifests/crds/rollout-crd.yaml
for kind in servicemonitors podmonitors prometheusrules; do
    define github.com/prometheus-operator/prometheus-operator@v0.85.0 h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s= \
        "example/prometheus-operator-crd/monitoring.coreos.com_$kind.yaml"
done
echo "$out"
