//! What is skimmed is patched as what is read: a stream that `--verify` lets pass, for which all of it is read, comes out
//! the same without it (`Given::patch` compares the two).

use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use spotgen::patch::Options;

use super::golden::{cases, root};
use super::library;

/// The documents of the golden streams.
static DOCUMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let streams = cases(&root().join("patch")).into_iter();
    let streams = streams.filter_map(|case| fs::read_to_string(case.join("in.yaml")).ok());
    let documents = streams.flat_map(|stream| {
        let documents = stream.split("\n---\n").map(|text| format!("{text}\n"));
        documents.collect::<Vec<_>>()
    });
    documents.collect()
});

const PIECES: [&str; 40] = [
    "a",
    "kind: ",
    "\nkind: Pod\n",
    "\nkind: List\n",
    "items:\n",
    "containers:",
    "labels: {tier: web}\n",
    "tier: web",
    "- ",
    "-",
    "\n",
    "\n  ",
    "\n    ",
    "  ",
    " ",
    "\t",
    "\"",
    "'",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ", ",
    ":",
    ": ",
    " #",
    "# c\n",
    "|\n",
    ">-\n",
    "---\n",
    "...\n",
    "&a ",
    "*a",
    "!!str ",
    "<<: ",
    "? ",
    "\r\n",
    "\r",
    "\u{feff}",
];

const WORKLOAD: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    tier: web
    kind: x
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      initContainers:
      - name: init
        args:
        - |-
          kind: Pod
      containers:
        - name: app
          image: \"x\"
          env:
            - name: A
              value: 'b'
          ports: []
          readinessProbe: {httpGet: {path: /}}
      volumes:
        - name: v
          emptyDir: {}
      tolerations:
        - key: a
";

/// Without a placement of its own: what it gets is made once for all that are like it.
const BARE: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: bare
  labels: {tier: web}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: bare
      \"2\": 'yes'
  template:
    metadata:
      annotations: {a: b}
      labels:
        app: bare
        \"2\": 'yes'
    # of the pods
    spec:
      # of the account
      serviceAccountName: bare
      containers:
        - name: app
          image: x
      volumes: []
";

/// The same with a placement, which many workloads write in the same way.
const PLACED: [&str; 6] = [
    "
      # where
      tolerations:
        - key: example.com/dedicated
          value: pool-1 # keep
          effect: NoSchedule

      # below
      affinity:
        nodeAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 10
              preference:
                matchExpressions:
                  - {key: topology.kubernetes.io/zone, operator: In, values: [a, b]}
      #",
    "
      tolerations: [{key: a, operator: Exists}] # all
      affinity: {}
      #",
    "
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions:
                  - {key: a, operator: In, values: [b]}
      tolerations: []
      #",
    "
      affinity: {nodeAffinity: {}}
      tolerations:
      #",
    "
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 10
              podAffinityTerm:
                topologyKey: kubernetes.io/hostname
                labelSelector:
                  matchLabels: {app: bare}
      #",
    "
      tolerations:
        - {operator: Exists}
      terminationGracePeriodSeconds: 60
      topologySpreadConstraints:
        - topologyKey: topology.kubernetes.io/zone
          maxSkew: 1
          whenUnsatisfiable: ScheduleAnyway
      #",
];

const TIERS: [&str; 5] = ["web", "batch", "db", "api", "none"];

/// Such a workload, with the placement before or behind what is else in its pod spec.
fn placed(tier: &str, placement: &str, is_last: bool) -> String {
    let bare = BARE.replace("tier: web", &format!("tier: {tier}"));
    let place = if is_last {
        "volumes: []"
    } else {
        "# of the account"
    };
    bare.replace(place, &format!("{place}{placement} end"))
}

fn patch(stream: &str) {
    let _ = patched(stream);
}

fn patched(stream: &str) -> Result<String, String> {
    let options = Options {
        verify: true,
        ..Options::default()
    };
    library::golden("patch/spot-config.yaml").patch(stream, options)
}

/// What tells placeholders is read only of pods that may be some, by their class and their images.
#[test]
fn placeholders_are_told_from_workloads() {
    const CLASS: &str = "apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: spare
value: -10
---
";
    let bare = BARE.replace("      volumes: []\n", "");
    let is_placed = |class: &str, container: &str| {
        let account = "serviceAccountName: bare";
        let workload = bare.replace(account, class);
        let workload = workload.replace("image: x", container);
        let stream = format!("{CLASS}{workload}");
        patched(&stream).expect("it can be patched") != stream
    };
    let requests = "\n          resources:\n            requests:\n              cpu: 1";
    for (container, is_one, is_one_of_a_class) in [
        ("image: registry.example.com/web:1", false, false),
        ("image: registry.example.com/pause-ads:1", false, false),
        ("image: registry.k8s.io/pause:3.9", false, true),
        (
            &format!("image: registry.k8s.io/pause:3.9{requests}"),
            true,
            true,
        ),
        (
            &format!("image: \"rancher/mirrored-pause\"{requests}"),
            true,
            true,
        ),
        ("image: busybox", false, true),
        (
            "image: busybox\n          ports:\n            - containerPort: 80",
            false,
            false,
        ),
        (
            "image: own\n          command:\n            - sleep\n            - infinity",
            false,
            true,
        ),
        (
            "command: [sleep, infinity]\n          image: own",
            false,
            true,
        ),
        (
            "image: own\n          command: [sleep, infinity]\n          tty: true",
            false,
            false,
        ),
    ] {
        let is_placed = [
            is_placed("schedulerName: default-scheduler", container),
            is_placed("priorityClassName: spare", container),
        ];
        assert_eq!(is_placed, [!is_one, !is_one_of_a_class], "{container}");
    }
}

/// What is made once for several workloads is what is made for each.
#[test]
fn workloads_that_are_alike_get_what_each_gets_alone() {
    for tier in TIERS {
        for (kind, indent) in [
            ("Deployment", 2),
            ("StatefulSet", 2),
            ("DaemonSet", 2),
            ("ReplicaSet", 4),
            ("ReplicationController", 2),
            ("Job", 2),
        ] {
            let bare = BARE.replace("tier: web", &format!("tier: {tier}"));
            let bare = bare.replace("Deployment", kind);
            let bare = bare.replace("  ", &" ".repeat(indent));
            let long = "x".repeat(300);
            let labels = [
                "app: bare",
                "app: other",
                "z: a\n      app: bare",
                "app: \"1\"",
            ];
            let labels = labels.map(str::to_owned).into_iter();
            let labels = labels.chain([format!("app: {long}"), "app: 1".to_owned()]);
            let stream: Vec<String> = labels
                .map(|label| bare.replace("app: bare", &label))
                .collect();
            patch(&stream.join("---\n"));
        }
    }
}

/// So is what is merged with a placement of their own.
#[test]
fn workloads_that_are_placed_alike_get_what_each_gets_alone() {
    for (tier, placement) in TIERS.iter().flat_map(|tier| PLACED.map(|own| (tier, own))) {
        for (kind, indent) in [("Deployment", 2), ("StatefulSet", 4), ("Job", 2)] {
            let all = [false, true].map(|is_last| {
                let whole = placed(tier, placement, is_last).replace("Deployment", kind);
                let whole = whole.replace("  ", &" ".repeat(indent));
                let flat = whole.replace(&format!("{0}- ", " ".repeat(indent)), "- ");
                let other = whole.replace("app: bare", "app: other");
                let cut = whole.trim_end().to_owned();
                let ended = cut.replace(" end", " end\n---\n");
                [whole, flat, other, cut, ended].join("\n---\n")
            });
            patch(&all.join("\n---\n"));
        }
    }
}

fn mutated(text: &str, edits: Vec<(Index, usize, &str)>) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (at, removed, piece) in edits {
        let at = at.index(chars.len() + 1);
        let removed = removed.min(chars.len() - at);
        chars.splice(at..at + removed, piece.chars());
    }
    chars.into_iter().collect()
}

fn edits() -> impl Strategy<Value = Vec<(Index, usize, &'static str)>> {
    prop::collection::vec((any::<Index>(), 0..3_usize, select(&PIECES[..])), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(super::sample_size::sample_size(200, 5000)))]

    #[test]
    fn mutants_of_a_workload(edits in edits()) {
        patch(&mutated(WORKLOAD, edits));
    }

    #[test]
    fn mutants_of_workloads_that_are_alike(
        tier in select(&TIERS[..]),
        first in edits(),
        second in edits(),
    ) {
        let bare = BARE.replace("tier: web", &format!("tier: {tier}"));
        let [first, second] = [mutated(&bare, first), mutated(&bare, second)];
        patch(&format!("{bare}---\n{first}---\n{second}"));
    }

    #[test]
    fn mutants_of_workloads_that_are_placed_alike(
        tier in select(&TIERS[..]),
        placement in select(&PLACED[..]),
        is_last in any::<bool>(),
        first in edits(),
        second in edits(),
    ) {
        let placed = placed(tier, placement, is_last);
        let [first, second] = [mutated(&placed, first), mutated(&placed, second)];
        patch(&format!("{placed}---\n{first}---\n{second}"));
    }

    #[test]
    fn mutants_of_golden_documents(
        documents in prop::collection::vec((any::<Index>(), edits()), 1..3),
    ) {
        let documents = documents.into_iter().map(|(at, edits)| {
            mutated(&DOCUMENTS[at.index(DOCUMENTS.len())], edits)
        });
        patch(&documents.collect::<Vec<_>>().join("---\n"));
    }
}
