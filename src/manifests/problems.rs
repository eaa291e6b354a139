//! What is wrong with the YAML of manifests, and how bad it is for those who read them.

use super::objects::holds_workload;
use crate::diagnostic::{Diagnostic, Severity};
use crate::load;
use crate::yaml::{Node, Problem};

/// An error where the text is not YAML, or where a workload cannot be read for certain. Everything else is a warning:
/// whoever applies the stream decides.
///
/// Of a key that is written twice, kubectl takes the last value without a word. kustomize, and Flux with it, refuses the
/// file. Tried with kubectl 1.32 and 1.37 (`kubectl label --local`) and kustomize 5.8.
/// Source: kubernetes-sigs/yaml yaml.go, `Unmarshal`: only `UnmarshalStrict` refuses duplicates; kubernetes/kubernetes
/// kubectl decodes with k8s.io/apimachinery pkg/util/yaml/decoder.go, which is not strict.
pub(super) fn diagnostic(problem: Problem, documents: &[Node<'_>]) -> Diagnostic {
    let is_certain = problem.related.is_some();
    let is_fatal = problem.is_fatal;
    let at = problem.span;
    let diagnostic = load::syntax(problem);
    let is_within = |document: &&Node<'_>| {
        (document.span.start..=document.span.end).contains(&at.start)
            && document.span.source == at.source
    };
    if is_certain {
        return diagnostic.level(Severity::Warning).help(
            "until then, this check reads the first one, and kubectl takes the last; kustomize and Flux refuse the file",
        );
    }
    let is_read = documents.iter().find(is_within).is_none_or(holds_workload);
    if is_fatal || is_read {
        return diagnostic;
    }
    diagnostic.level(Severity::Warning)
}
