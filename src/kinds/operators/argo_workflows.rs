//! Argo Workflows.
//!
//! Sources: argoproj/argo-workflows manifests/base/crds/full/argoproj.io_{workflows, cronworkflows, workflowtemplates,
//! clusterworkflowtemplates}.yaml: there are no spread constraints and no grace period. That a template without affinity or
//! tolerations has those of its workflow, and that an empty affinity is one, but an empty list is none:
//! workflow/controller/workflowpod.go, `addSchedulingConstraints`. The label: workflow/common/common.go, `LabelKeyWorkflow`;
//! only a workflow knows its name.

use super::operator_kind::{OperatorKind, Template};
use crate::kinds::fields::{AFFINITY, GRACE, TOPOLOGY_SPREAD};

const GROUP: &str = "argoproj.io";
const LACKING: &[&str] = &[GRACE, TOPOLOGY_SPREAD];
const WORKFLOW: &[(&str, &str)] = &[("workflows.argoproj.io/workflow", "{name}")];
const TEMPLATES: &[Template] = &[
    Template::at("spec", &[]).lacking(LACKING),
    part("spec.templateDefaults?", &[]),
    part("spec.templates[]", &[]),
];

const fn part(path: &'static str, labels: &'static [(&'static str, &'static str)]) -> Template {
    Template::at(path, labels)
        .lacking(LACKING)
        .part_by_part(&[AFFINITY])
}

pub(super) const KINDS: &[OperatorKind] = &[
    OperatorKind::new(
        GROUP,
        "Workflow",
        &[
            Template::at("spec", WORKFLOW).lacking(LACKING),
            part("spec.templateDefaults?", WORKFLOW),
            part("spec.templates[]", WORKFLOW),
        ],
    ),
    OperatorKind::new(
        GROUP,
        "CronWorkflow",
        &[
            Template::at("spec.workflowSpec", &[]).lacking(LACKING),
            part("spec.workflowSpec.templateDefaults?", &[]),
            part("spec.workflowSpec.templates[]", &[]),
        ],
    ),
    OperatorKind::new(GROUP, "WorkflowTemplate", TEMPLATES),
    OperatorKind::new(GROUP, "ClusterWorkflowTemplate", TEMPLATES),
];
