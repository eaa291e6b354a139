//! Tekton Pipelines.
//!
//! Sources: tektoncd/pipeline config/300-crds/{300-taskrun, 300-pipelinerun}.yaml: a template of pods is no whole pod spec,
//! and has no grace period; a `Pipeline` and a `Task` have none. That a template of one task takes what it lacks from that
//! of the run: pkg/apis/pipeline/pod/template.go, `MergePodTemplateWithDefault`. The labels: pkg/apis/pipeline/register.go.

use super::operator_kind::{OperatorKind, Template};
use crate::kinds::fields::{AFFINITY, GRACE, TOLERATIONS, TOPOLOGY_SPREAD};

const GROUP: &str = "tekton.dev";
const LACKING: &[&str] = &[GRACE];
/// Only what is nil comes from the run. Source: tektoncd/pipeline pkg/apis/pipeline/pod/template.go,
/// `MergePodTemplateWithDefault`.
const OWN_IF_EMPTY: &[&str] = &[AFFINITY, TOLERATIONS, TOPOLOGY_SPREAD];
const PIPELINE_RUN: &[(&str, &str)] = &[("tekton.dev/pipelineRun", "{name}")];

pub(super) const KINDS: &[OperatorKind] = &[
    OperatorKind::new(
        GROUP,
        "TaskRun",
        &[Template::at("spec.podTemplate", &[("tekton.dev/taskRun", "{name}")]).lacking(LACKING)],
    ),
    OperatorKind {
        versions: &["v1"],
        ..OperatorKind::new(
            GROUP,
            "PipelineRun",
            &[
                Template::at("spec.taskRunTemplate.podTemplate", PIPELINE_RUN).lacking(LACKING),
                Template::at("spec.taskRunSpecs[].podTemplate?", PIPELINE_RUN)
                    .lacking(LACKING)
                    .part_by_part(OWN_IF_EMPTY),
            ],
        )
    },
    OperatorKind {
        versions: &["v1beta1"],
        ..OperatorKind::new(
            GROUP,
            "PipelineRun",
            &[
                Template::at("spec.podTemplate", PIPELINE_RUN).lacking(LACKING),
                Template::at("spec.taskRunSpecs[].taskPodTemplate?", PIPELINE_RUN)
                    .lacking(LACKING)
                    .part_by_part(OWN_IF_EMPTY),
            ],
        )
    },
];
