//! What the API server adds to pods that request devices.

use serde_json::{Value as Json, json};

/// Lets the pods of an object onto nodes that have a taint with the name of an extended resource that they request.
/// Source: kubernetes/kubernetes plugin/pkg/admission/extendedresourcetoleration/admission.go, `Admit`.
pub(super) fn tolerate(object: &mut Json) {
    let pod = match object["kind"].as_str() {
        Some("Pod") => &mut object["spec"],
        _ => &mut object["spec"]["template"]["spec"],
    };
    let mut names: Vec<String> = Vec::new();
    for list in ["initContainers", "containers"] {
        let containers = pod[list].as_array().into_iter().flatten();
        for resources in containers.map(|own| &own["resources"]) {
            // What has a limit alone requests as much.
            let own = ["limits", "requests"].map(|key| resources[key].as_object());
            let own = own.into_iter().flatten().flat_map(|map| map.keys());
            names.extend(own.filter(|name| is_extended(name)).cloned());
        }
    }
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return;
    }
    let more = names
        .into_iter()
        .map(|name| json!({"key": name, "operator": "Exists", "effect": "NoSchedule"}));
    match pod["tolerations"].as_array_mut() {
        Some(own) => own.extend(more),
        None => pod["tolerations"] = more.collect(),
    }
}

/// Whether a resource is none of Kubernetes' own.
/// Source: kubernetes/kubernetes pkg/apis/core/helper/helpers.go, `IsExtendedResourceName`.
fn is_extended(name: &str) -> bool {
    name.split_once('/')
        .is_some_and(|(domain, _)| !domain.ends_with("kubernetes.io"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pods_that_request_devices_get_a_toleration_of_their_name() {
        let mut object = json!({"kind": "Deployment", "spec": {"template": {"spec": {
            "tolerations": [{"key": "a", "operator": "Exists"}],
            "containers": [{"resources": {
                "requests": {"cpu": "1", "hugepages-2Mi": "4Mi"},
                "limits": {"nvidia.com/gpu": 1, "attachable.kubernetes.io/x": 1},
            }}],
        }}}});
        tolerate(&mut object);
        assert_eq!(
            object["spec"]["template"]["spec"]["tolerations"],
            json!([
                {"key": "a", "operator": "Exists"},
                {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
            ])
        );
    }

    #[test]
    fn other_pods_stay_as_they_are() {
        let object = json!({"kind": "Pod", "spec": {"containers": [{"name": "a"}]}});
        let mut same = object.clone();
        tolerate(&mut same);
        assert_eq!(same["spec"]["tolerations"], Json::Null);
        assert_eq!(same["spec"]["containers"], object["spec"]["containers"]);
    }
}
