#!/usr/bin/env bash
# Builds the components of the control plane from their Go modules into target/cluster/bin, puts definitions of custom
# kinds beside them, and prints that folder.
# What is built already, from the same sources and by the same Go, is kept: a second run takes a second.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${SPOTGEN_CLUSTER_BIN:-$here/../../../target/cluster/bin}
mkdir -p "$out"
out=$(cd "$out" && pwd)
go=$(go version)

# What the linker is told. The programs of Kubernetes say their version to clients: Helm asks the API server for it.
linked() {
    local version
    version=$(cd "$here/$1" && go list -m -f '{{.Version}}' k8s.io/kubernetes 2>/dev/null || true)
    echo "-s -w${version:+ -X k8s.io/component-base/version.gitVersion=$version}"
}

# What a folder's programs are built from.
pins() {
    echo "$go" "$(linked "$1")"
    (cd "$here/$1" && find . -type f | LC_ALL=C sort | xargs cat)
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
        (cd "$here/$folder" && go build -trimpath -ldflags "$(linked "$folder")" -o "$out/$name.part" "${package#*=}") >&2
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
define github.com/argoproj/argo-rollouts@v1.9.0 h1:bXgBpwCByXyAUcgBnyP0fxkSW2CEot78InTFjFlag5g= \
    manifests/crds/rollout-crd.yaml
build descheduler sigs.k8s.io/descheduler/cmd/descheduler
echo "$out"
