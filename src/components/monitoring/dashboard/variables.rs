//! What a reader of the dashboard can choose.

use serde_json::{Value as Json, json};

/// What the controllers add to the name of a `Deployment` for its `ReplicaSet`, and to that of a `CronJob` for its `Job`.
/// Source: kubernetes/apimachinery pkg/util/rand/rand.go, `SafeEncodeString`: no vowels, and not 0, 1 and 3;
/// kubernetes/kubernetes pkg/controller/cronjob/utils.go, `getJobName`: minutes.
macro_rules! suffix {
    () => {
        "-(?:[bcdfghjklmnpqrstvwxz2456789]{6,10}|[0-9]{8,10})"
    };
}

/// The matchers of the pods that the reader has chosen.
macro_rules! chosen {
    () => {
        concat!(
            "{cluster=~\"$cluster\", namespace=~\"$namespace\", created_by_name=~\"($workload)(?:",
            $crate::components::monitoring::dashboard::variables::suffix!(),
            ")?\"}"
        )
    };
}

pub(super) use {chosen, suffix};

pub(super) fn all() -> Vec<Json> {
    vec![
        json!({
            "type": "datasource",
            "name": "datasource",
            "label": "Data source",
            "query": "prometheus",
            "current": {"selected": false, "text": "default", "value": "default"},
            "hide": 0,
            "refresh": 1,
            "regex": "",
        }),
        // A Prometheus of one cluster has no such label: everything matches the empty one. The series is there while a cluster
        // has no Spot node, too, which is when somebody looks.
        query(
            "cluster",
            "Cluster",
            "label_values(cluster:spotgen_spot_nodes_lost:count1h, cluster)",
            "",
        ),
        query(
            "namespace",
            "Namespace",
            "label_values(pod:spotgen_eligible:info{cluster=~\"$cluster\"}, namespace)",
            "",
        ),
        workload(),
    ]
}

/// The owner of a pod is what the controller of its workload has made, with a suffix to the name.
fn workload() -> Json {
    let mut made = query(
        "workload",
        "Workload",
        "label_values(pod:spotgen_eligible:info{cluster=~\"$cluster\", namespace=~\"$namespace\"}, created_by_name)",
        concat!("/^(.+?)(?:", suffix!(), ")?$/"),
    );
    made["description"] = json!(
        "Chooses the pods that are counted. Evictions by the descheduler and budgets are known by namespace alone."
    );
    made
}

fn query(name: &str, label: &str, query: &str, regex: &str) -> Json {
    json!({
        "type": "query",
        "name": name,
        "label": label,
        "datasource": {"type": "prometheus", "uid": "${datasource}"},
        "definition": query,
        "query": {"qryType": 1, "query": query, "refId": "variable"},
        "regex": regex,
        "refresh": 2,
        "sort": 1,
        "multi": true,
        "includeAll": true,
        "allValue": ".*",
        "current": {"selected": true, "text": ["All"], "value": ["$__all"]},
        "hide": 0,
    })
}
