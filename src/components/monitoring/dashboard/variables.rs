//! What a reader of the dashboard can choose.

use serde_json::{Value as Json, json};

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
        // A Prometheus of one cluster has no such label: everything matches the empty one.
        query(
            "cluster",
            "Cluster",
            "label_values(node:spotgen_spot:info, cluster)",
            "",
        ),
        query(
            "namespace",
            "Namespace",
            "label_values(pod:spotgen_eligible:info{cluster=~\"$cluster\"}, namespace)",
            "",
        ),
        // The owner of a Deployment's pods is a ReplicaSet, whose name ends with a hash.
        query(
            "workload",
            "Workload",
            "label_values(pod:spotgen_eligible:info{cluster=~\"$cluster\", namespace=~\"$namespace\"}, created_by_name)",
            "/^(.+?)(?:-[0-9a-z]{6,10})?$/",
        ),
    ]
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
