//! An index of workloads by pod labels, since there can be very many.

use std::collections::HashMap;

use crate::kubernetes::Labels;
use crate::manifests::ManifestWorkload;

#[derive(Debug)]
pub(super) struct PodIndex<'m> {
    workloads: &'m [ManifestWorkload],
    by_label: HashMap<(Scope<'m>, &'m str, &'m str), Vec<usize>>,
}

/// The scope of a search for pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Scope<'m> {
    Everywhere,
    /// In a namespace, or among objects that set none.
    In(Option<&'m str>),
}

impl<'m> PodIndex<'m> {
    pub(super) fn new(workloads: &'m [ManifestWorkload]) -> Self {
        let mut by_label: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, found) in workloads.iter().enumerate() {
            for (key, value) in found.pod_labels.iter() {
                for scope in [Scope::Everywhere, Scope::In(found.namespace.as_deref())] {
                    let with_label = by_label.entry((scope, key.as_str(), value.as_str()));
                    with_label.or_default().push(at);
                }
            }
        }
        Self {
            workloads,
            by_label,
        }
    }

    /// The indices of the workloads whose pods the selector of one matches. An object that sets no namespace may be in
    /// any.
    pub(super) fn of<'b>(
        &'b self,
        found: &'b ManifestWorkload,
    ) -> impl Iterator<Item = usize> + 'b {
        let namespace = found.namespace.as_deref();
        let scopes = match namespace {
            Some(_) => vec![Scope::In(namespace), Scope::In(None)],
            None => vec![Scope::Everywhere],
        };
        let selector = found.selector.iter().flat_map(Labels::iter);
        // All matches are among the workloads with the rarest label.
        let with_label = selector.map(|(key, value)| self.with_label(&scopes, key, value));
        let rarest =
            with_label.min_by_key(|lists| lists.iter().map(|list| list.len()).sum::<usize>());
        let candidates = rarest.into_iter().flatten().flatten().copied();
        candidates.filter(|&at| {
            let labels = &self.workloads[at].pod_labels;
            let mut wanted = found.selector.iter().flat_map(Labels::iter);
            wanted.all(|(key, value)| labels.get(key) == Some(value))
        })
    }

    fn with_label<'b>(
        &'b self,
        scopes: &[Scope<'b>],
        key: &'b str,
        value: &'b str,
    ) -> Vec<&'b [usize]> {
        let in_scope = |&scope| self.by_label.get(&(scope, key, value));
        scopes
            .iter()
            .filter_map(in_scope)
            .map(Vec::as_slice)
            .collect()
    }
}
