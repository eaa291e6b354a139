//! Text that follows a grammar of Kubernetes or of a cloud.

mod explain;
mod grammar;
mod grammars;
mod names;

pub use explain::{Explanation, explain_pattern};
pub use grammar::{Grammar, Text};
pub use grammars::{
    AnnotationKey, ChartVersion, DnsLabel, DnsSubdomain, FieldPath, Image, KindName, LabelKey,
    LabelValue, NodeLabels, PodLabel, PodSpecPath, PoolName, TaintText, WebAddress,
};
