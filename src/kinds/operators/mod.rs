//! What the objects of known operators are like, as facts. Their sources are the schemas of their kinds, for where
//! the fields are, and the code of the operators, for the labels of pods and for what they make of fields that are absent.

mod argo_workflows;
mod elastic;
mod flink;
mod keda;
mod knative;
mod operator_kind;
mod prometheus;
mod spark;
mod strimzi;
mod tekton;

pub(crate) use operator_kind::{OperatorKind, Template};

pub(crate) fn all() -> impl Iterator<Item = &'static OperatorKind> {
    [
        strimzi::KINDS,
        flink::KINDS,
        spark::KINDS,
        elastic::KINDS,
        knative::KINDS,
        argo_workflows::KINDS,
        tekton::KINDS,
        keda::KINDS,
        prometheus::KINDS,
    ]
    .into_iter()
    .flatten()
}
