//! The families of EC2 that have GPUs.
//!
//! Source: the same files as those of `cpu_families.rs`; pods per node of `p3` in aws/karpenter-provider-aws
//! `pkg/providers/instancetype/zz_generated.vpclimits.go`, from which nodeadm's formula makes them.

use super::instance_family::{AMD64, ARM64, InstanceFamily, gib, gpus};

pub(super) const WITH_GPUS: &[InstanceFamily] = &[
    InstanceFamily::listed(
        &["g4ad"],
        AMD64,
        &[
            gpus("xlarge", 4, gib(16), 8, 1),
            gpus("2xlarge", 8, gib(32), 8, 1),
            gpus("4xlarge", 16, gib(64), 29, 1),
            gpus("8xlarge", 32, gib(128), 58, 2),
            gpus("16xlarge", 64, gib(256), 234, 4),
        ],
    ),
    InstanceFamily::listed(
        &["g4dn"],
        AMD64,
        &[
            gpus("xlarge", 4, gib(16), 29, 1),
            gpus("2xlarge", 8, gib(32), 29, 1),
            gpus("4xlarge", 16, gib(64), 29, 1),
            gpus("8xlarge", 32, gib(128), 58, 1),
            gpus("12xlarge", 48, gib(192), 234, 4),
            gpus("16xlarge", 64, gib(256), 58, 1),
            gpus("metal", 96, gib(384), 737, 8),
        ],
    ),
    InstanceFamily::listed(
        &["g5"],
        AMD64,
        &[
            gpus("xlarge", 4, gib(16), 58, 1),
            gpus("2xlarge", 8, gib(32), 58, 1),
            gpus("4xlarge", 16, gib(64), 234, 1),
            gpus("8xlarge", 32, gib(128), 234, 1),
            gpus("12xlarge", 48, gib(192), 737, 4),
            gpus("16xlarge", 64, gib(256), 234, 1),
            gpus("24xlarge", 96, gib(384), 737, 4),
            gpus("48xlarge", 192, gib(768), 345, 8),
        ],
    ),
    InstanceFamily::listed(
        &["g5g"],
        ARM64,
        &[
            gpus("xlarge", 4, gib(8), 58, 1),
            gpus("2xlarge", 8, gib(16), 58, 1),
            gpus("4xlarge", 16, gib(32), 234, 1),
            gpus("8xlarge", 32, gib(64), 234, 1),
            gpus("16xlarge", 64, gib(128), 737, 2),
            gpus("metal", 64, gib(128), 737, 2),
        ],
    ),
    InstanceFamily::listed(
        &["g6"],
        AMD64,
        &[
            gpus("xlarge", 4, gib(16), 58, 1),
            gpus("2xlarge", 8, gib(32), 58, 1),
            gpus("4xlarge", 16, gib(64), 234, 1),
            gpus("8xlarge", 32, gib(128), 234, 1),
            gpus("12xlarge", 48, gib(192), 234, 4),
            gpus("16xlarge", 64, gib(256), 737, 1),
            gpus("24xlarge", 96, gib(384), 737, 4),
            gpus("48xlarge", 192, gib(768), 737, 8),
        ],
    ),
    // A part of a GPU, which EC2 counts as none.
    InstanceFamily::listed(
        &["g6f"],
        AMD64,
        &[
            gpus("large", 2, gib(8), 20, 1),
            gpus("xlarge", 4, gib(16), 58, 1),
            gpus("2xlarge", 8, gib(32), 58, 1),
            gpus("4xlarge", 16, gib(64), 234, 1),
        ],
    ),
    InstanceFamily::listed(&["gr6f"], AMD64, &[gpus("4xlarge", 16, gib(128), 234, 1)]),
    InstanceFamily::listed(
        &["g6e"],
        AMD64,
        &[
            gpus("xlarge", 4, gib(32), 58, 1),
            gpus("2xlarge", 8, gib(64), 58, 1),
            gpus("4xlarge", 16, gib(128), 234, 1),
            gpus("8xlarge", 32, gib(256), 234, 1),
            gpus("12xlarge", 48, gib(384), 292, 4),
            gpus("16xlarge", 64, gib(512), 737, 1),
            gpus("24xlarge", 96, gib(768), 492, 4),
            gpus("48xlarge", 192, gib(1536), 492, 8),
        ],
    ),
    InstanceFamily::listed(
        &["g7"],
        AMD64,
        &[
            gpus("2xlarge", 8, gib(32), 254, 1),
            gpus("4xlarge", 16, gib(64), 506, 1),
            gpus("8xlarge", 32, gib(128), 632, 1),
            gpus("12xlarge", 48, gib(192), 758, 2),
            gpus("24xlarge", 96, gib(384), 1514, 4),
            gpus("48xlarge", 192, gib(768), 758, 8),
        ],
    ),
    InstanceFamily::listed(
        &["g7e"],
        AMD64,
        &[
            gpus("2xlarge", 8, gib(64), 254, 1),
            gpus("4xlarge", 16, gib(128), 506, 1),
            gpus("8xlarge", 32, gib(256), 506, 1),
            gpus("12xlarge", 48, gib(512), 632, 2),
            gpus("24xlarge", 96, gib(1024), 632, 4),
            gpus("48xlarge", 192, gib(2048), 632, 8),
        ],
    ),
    InstanceFamily::listed(
        &["gr6"],
        AMD64,
        &[
            gpus("4xlarge", 16, gib(128), 234, 1),
            gpus("8xlarge", 32, gib(256), 234, 1),
        ],
    ),
    InstanceFamily::listed(
        &["p3"],
        AMD64,
        &[
            gpus("2xlarge", 8, gib(61), 58, 1),
            gpus("8xlarge", 32, gib(244), 234, 4),
            gpus("16xlarge", 64, gib(488), 234, 8),
        ],
    ),
    InstanceFamily::listed(&["p3dn"], AMD64, &[gpus("24xlarge", 96, gib(768), 737, 8)]),
    InstanceFamily::listed(
        &["p4d", "p4de"],
        AMD64,
        &[gpus("24xlarge", 96, gib(1152), 737, 8)],
    ),
    InstanceFamily::listed(
        &["p5"],
        AMD64,
        &[
            gpus("4xlarge", 16, gib(256), 118, 1),
            gpus("48xlarge", 192, gib(2048), 100, 8),
        ],
    ),
    InstanceFamily::listed(&["p5e"], AMD64, &[gpus("48xlarge", 192, gib(2048), 100, 8)]),
    InstanceFamily::listed(
        &["p5en"],
        AMD64,
        &[gpus("48xlarge", 192, gib(2048), 198, 8)],
    ),
    InstanceFamily::listed(
        &["p6-b200"],
        AMD64,
        &[gpus("48xlarge", 192, gib(2048), 198, 8)],
    ),
    InstanceFamily::listed(
        &["p6-b300"],
        AMD64,
        &[gpus("48xlarge", 192, gib(4096), 198, 8)],
    ),
];
