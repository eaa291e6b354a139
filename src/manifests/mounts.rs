//! The `ConfigMap`s that a container finds as files.
//! Source: kubernetes/api core/v1/types.go, `VolumeMount`, `ConfigMapVolumeSource` and `KeyToPath`.

use super::shape;
use crate::yaml::Node;

/// A `ConfigMap` in a container.
#[derive(Clone, Debug)]
pub(crate) struct Mount {
    pub(crate) config_map: String,
    path: String,
    /// Where it is one file alone: its name in the volume.
    sub_path: Option<String>,
    /// The keys that become files, and the names of these; all keys under their own names where there is none.
    items: Vec<(String, String)>,
}

impl Mount {
    /// The name in the volume of a file that is to be found here.
    fn name<'t>(&'t self, file: &'t str) -> Option<&'t str> {
        if let Some(name) = &self.sub_path {
            return (file == self.path).then_some(name);
        }
        let (folder, name) = file.rsplit_once('/')?;
        (folder == self.path).then_some(name)
    }

    /// Whether a file that is to be found here is not there, for all keys that the `ConfigMap` has.
    pub(crate) fn lacks<'k>(&self, file: &str, mut keys: impl Iterator<Item = &'k str>) -> bool {
        let Some(name) = self.name(file) else {
            return false;
        };
        if self.items.is_empty() {
            return keys.all(|key| key != name);
        }
        let item = self.items.iter().find(|(_, path)| path == name);
        item.is_none_or(|(own, _)| keys.all(|key| key != own))
    }
}

/// Those of a container. A volume of several sources is left out: their files lie side by side.
pub(super) fn read(pod: Option<&Node<'_>>, container: Option<&Node<'_>>) -> Vec<Mount> {
    let list = |parent, key| shape::present(parent, key).map_or(&[][..], Node::items);
    let text = |node: &Node<'_>, key: &str| {
        let text = node.get(key).and_then(Node::as_str);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let mounts = list(container, "volumeMounts").iter().filter_map(|mount| {
        let name = text(mount, "name")?;
        let mut volumes = list(pod, "volumes").iter();
        let volume = volumes.find(|volume| text(volume, "name").as_ref() == Some(&name))?;
        let sources = volume
            .at(&["projected", "sources"])
            .map_or(&[][..], Node::items);
        let source = match sources {
            [] => volume,
            [only] => only,
            _ => return None,
        };
        let source = source.get("configMap")?;
        let items = list(Some(source), "items").iter();
        let items = items.filter_map(|item| Some((text(item, "key")?, text(item, "path")?)));
        let path = text(mount, "mountPath")?;
        Some(Mount {
            config_map: text(source, "name")?,
            path: path.trim_end_matches('/').to_owned(),
            sub_path: text(mount, "subPath"),
            items: items.collect(),
        })
    });
    mounts.collect()
}
