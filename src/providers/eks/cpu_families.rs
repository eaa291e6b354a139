//! The families of EC2 that are made for programs that need processors and memory.
//!
//! Source: vCPUs, memory and architecture in kubernetes/autoscaler
//! `cluster-autoscaler/cloudprovider/aws/ec2_instance_types.go` (generated from the EC2 API, January 2026), families after
//! that in aws/karpenter-provider-aws `website/content/en/docs/reference/instance-types.md`; pods per node in
//! awslabs/amazon-eks-ami `nodeadm/internal/kubelet/instance-info.jsonl`. Where two of them have a type, they agree.

use super::instance_family::{AMD64, ARM64, InstanceFamily, Step, gib, size};

const MEDIUM_TO_8XL: &[u32] = &[1, 2, 4, 8, 16, 32];
const MEDIUM_TO_16XL: &[u32] = &[1, 2, 4, 8, 16, 32, 48, 64];
const MEDIUM_TO_48XL_WITH_32XL: &[u32] = &[1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 192];
const MEDIUM_TO_48XL: &[u32] = &[1, 2, 4, 8, 16, 32, 48, 64, 96, 192];
const LARGE_TO_4XL: &[u32] = &[2, 4, 8, 16];
const LARGE_TO_12XL: &[u32] = &[2, 4, 8, 16, 32, 48];
const LARGE_TO_16XL: &[u32] = &[2, 4, 8, 16, 32, 48, 64];
const LARGE_TO_24XL: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 96];
const LARGE_TO_32XL: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 96, 128];
const LARGE_TO_48XL_WITH_32XL: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 96, 128, 192];
const LARGE_TO_96XL: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 384];
const LARGE_TO_48XL: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 96, 192];
const LARGE_TO_16XL_WITHOUT_12XL: &[u32] = &[2, 4, 8, 16, 32, 64];
const THREES_TO_12XL: &[u32] = &[2, 4, 8, 12, 24, 48];
const THREES_TO_48XL: &[u32] = &[2, 4, 8, 12, 24, 48, 72, 96, 192];

// Pods per node, up to so many vCPUs.
const USUAL: &[Step] = &[(1, 8), (2, 29), (8, 58), (48, 234), (192, 737)];
const MANY_TO_48: &[Step] = &[(2, 29), (8, 58), (32, 234), (48, 737)];
const NETWORK_6: &[Step] = &[(2, 29), (8, 58), (48, 234), (96, 737), (128, 394)];
const GRAVITON_8_NETWORK: &[Step] = &[
    (1, 8),
    (2, 29),
    (8, 58),
    (16, 234),
    (32, 292),
    (48, 350),
    (64, 786),
    (96, 1178),
    (192, 590),
];
const GRAVITON_9: &[Step] = &[
    (1, 40),
    (2, 59),
    (8, 118),
    (16, 394),
    (32, 492),
    (48, 590),
    (64, 1010),
    (192, 1514),
];
const INTEL_8: &[Step] = &[
    (2, 59),
    (8, 118),
    (16, 394),
    (32, 492),
    (48, 590),
    (96, 1010),
    (384, 1514),
];
const INTEL_8_NETWORK: &[Step] = &[
    (2, 78),
    (8, 118),
    (32, 394),
    (48, 590),
    (128, 1010),
    (192, 1514),
    (384, 758),
];
const AMD_8: &[Step] = &[
    (1, 8),
    (2, 59),
    (4, 78),
    (8, 158),
    (16, 314),
    (32, 392),
    (48, 758),
    (96, 1010),
    (192, 1514),
];
const AMD_8_FAST: &[Step] = &[(1, 11), (4, 78), (24, 314), (96, 1010)];
const D3: &[Step] = &[(4, 10), (8, 18), (16, 38), (32, 59)];
const D3EN: &[Step] = &[(4, 10), (8, 18), (16, 38), (24, 58), (32, 78), (48, 89)];
const I3EN: &[Step] = &[(2, 29), (12, 58), (48, 234), (96, 737)];
const I4I: &[Step] = &[
    (2, 29),
    (8, 58),
    (48, 234),
    (64, 737),
    (96, 437),
    (128, 737),
];
const I7IE: &[Step] = &[(2, 29), (12, 58), (24, 234), (48, 394), (192, 737)];
const I8GE: &[Step] = &[
    (2, 29),
    (8, 58),
    (12, 176),
    (24, 292),
    (48, 350),
    (96, 786),
    (192, 1178),
];
const M4: &[Step] = &[(2, 20), (8, 58), (64, 234)];
const X1: &[Step] = &[(128, 234)];
const X1E: &[Step] = &[(4, 29), (32, 58), (128, 234)];

pub(super) const GENERAL_PURPOSE: &[InstanceFamily] = &[
    InstanceFamily::listed(
        &["t2"],
        AMD64,
        &[
            size("nano", 1, 512, 4),
            size("micro", 1, gib(1), 4),
            size("small", 1, gib(2), 11),
            size("medium", 2, gib(4), 17),
            size("large", 2, gib(8), 35),
            size("xlarge", 4, gib(16), 44),
            size("2xlarge", 8, gib(32), 44),
        ],
    ),
    InstanceFamily::listed(
        &["t3"],
        AMD64,
        &[
            size("nano", 2, 512, 4),
            size("micro", 2, gib(1), 4),
            size("small", 2, gib(2), 11),
            size("medium", 2, gib(4), 17),
            size("large", 2, gib(8), 35),
            size("xlarge", 4, gib(16), 58),
            size("2xlarge", 8, gib(32), 58),
        ],
    ),
    InstanceFamily::listed(
        &["t3a"],
        AMD64,
        &[
            size("nano", 2, 512, 4),
            size("micro", 2, gib(1), 4),
            size("small", 2, gib(2), 8),
            size("medium", 2, gib(4), 17),
            size("large", 2, gib(8), 35),
            size("xlarge", 4, gib(16), 58),
            size("2xlarge", 8, gib(32), 58),
        ],
    ),
    InstanceFamily::listed(
        &["t4g"],
        ARM64,
        &[
            size("nano", 2, 512, 4),
            size("micro", 2, gib(1), 4),
            size("small", 2, gib(2), 11),
            size("medium", 2, gib(4), 17),
            size("large", 2, gib(8), 35),
            size("xlarge", 4, gib(16), 58),
            size("2xlarge", 8, gib(32), 58),
        ],
    ),
    InstanceFamily::new(&["m4"], AMD64, gib(4), &[2, 4, 8, 16, 40, 64], M4),
    InstanceFamily::new(
        &["m5", "m5d", "m5dn", "m5n"],
        AMD64,
        gib(4),
        LARGE_TO_24XL,
        USUAL,
    )
    .metal(&["metal"]),
    InstanceFamily::new(&["m5a", "m5ad"], AMD64, gib(4), LARGE_TO_24XL, USUAL),
    InstanceFamily::new(&["m5zn"], AMD64, gib(4), THREES_TO_12XL, MANY_TO_48).metal(&["metal"]),
    InstanceFamily::new(&["m6a"], AMD64, gib(4), LARGE_TO_48XL_WITH_32XL, USUAL).metal(&["metal"]),
    InstanceFamily::new(
        &["m6g", "m6gd", "m7g", "m7gd"],
        ARM64,
        gib(4),
        MEDIUM_TO_16XL,
        USUAL,
    )
    .metal(&["metal"]),
    InstanceFamily::new(&["m6i", "m6id"], AMD64, gib(4), LARGE_TO_32XL, USUAL).metal(&["metal"]),
    InstanceFamily::new(&["m6idn", "m6in"], AMD64, gib(4), LARGE_TO_32XL, NETWORK_6)
        .metal(&["metal"]),
    InstanceFamily::new(&["m7a"], AMD64, gib(4), MEDIUM_TO_48XL_WITH_32XL, USUAL)
        .metal(&["metal-48xl"]),
    InstanceFamily::new(&["m7i"], AMD64, gib(4), LARGE_TO_48XL, USUAL)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(&["m7i-flex"], AMD64, gib(4), LARGE_TO_16XL, USUAL),
    InstanceFamily::new(&["m8a"], AMD64, gib(4), MEDIUM_TO_48XL, AMD_8)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(
        &["m8azn"],
        AMD64,
        gib(4),
        &[1, 2, 4, 12, 24, 48, 96],
        AMD_8_FAST,
    )
    .metal(&["metal-12xl", "metal-24xl"]),
    InstanceFamily::new(&["m8g", "m8gd"], ARM64, gib(4), MEDIUM_TO_48XL, USUAL)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(
        &["m8gb", "m8gn"],
        ARM64,
        gib(4),
        MEDIUM_TO_48XL,
        GRAVITON_8_NETWORK,
    )
    .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(&["m8i", "m8id"], AMD64, gib(4), LARGE_TO_96XL, INTEL_8)
        .metal(&["metal-48xl", "metal-96xl"]),
    InstanceFamily::new(&["m8i-flex"], AMD64, gib(4), LARGE_TO_16XL, INTEL_8),
    InstanceFamily::new(
        &["m8ib", "m8idb", "m8idn", "m8in"],
        AMD64,
        gib(4),
        LARGE_TO_96XL,
        INTEL_8_NETWORK,
    )
    .metal(&["metal-48xl", "metal-96xl"]),
    InstanceFamily::new(&["m8ine"], AMD64, gib(4), LARGE_TO_12XL, INTEL_8_NETWORK),
    InstanceFamily::new(&["m9g", "m9gd"], ARM64, gib(4), MEDIUM_TO_48XL, GRAVITON_9)
        .metal(&["metal-48xl"]),
];

pub(super) const COMPUTE_OPTIMIZED: &[InstanceFamily] = &[
    InstanceFamily::new(&["c4"], AMD64, 1920, LARGE_TO_4XL, USUAL).and(&[size(
        "8xlarge",
        36,
        gib(60),
        234,
    )]),
    InstanceFamily::new(
        &["c5", "c5d"],
        AMD64,
        gib(2),
        &[2, 4, 8, 16, 36, 48, 72, 96],
        USUAL,
    )
    .metal(&["metal"]),
    InstanceFamily::new(&["c5a", "c5ad"], AMD64, gib(2), LARGE_TO_24XL, USUAL),
    InstanceFamily::new(&["c5n"], AMD64, 2688, LARGE_TO_4XL, USUAL).and(&[
        size("9xlarge", 36, gib(96), 234),
        size("18xlarge", 72, gib(192), 737),
        size("metal", 72, gib(192), 737),
    ]),
    InstanceFamily::new(&["c6a"], AMD64, gib(2), LARGE_TO_48XL_WITH_32XL, USUAL).metal(&["metal"]),
    InstanceFamily::new(
        &["c6g", "c6gd", "c7g", "c7gd", "c7gn"],
        ARM64,
        gib(2),
        MEDIUM_TO_16XL,
        USUAL,
    )
    .metal(&["metal"]),
    InstanceFamily::new(&["c6gn"], ARM64, gib(2), MEDIUM_TO_16XL, USUAL),
    InstanceFamily::new(&["c6i", "c6id"], AMD64, gib(2), LARGE_TO_32XL, USUAL).metal(&["metal"]),
    InstanceFamily::new(&["c6in"], AMD64, gib(2), LARGE_TO_32XL, NETWORK_6).metal(&["metal"]),
    InstanceFamily::new(&["c7a"], AMD64, gib(2), MEDIUM_TO_48XL_WITH_32XL, USUAL)
        .metal(&["metal-48xl"]),
    InstanceFamily::new(&["c7i"], AMD64, gib(2), LARGE_TO_48XL, USUAL)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(&["c7i-flex"], AMD64, gib(2), LARGE_TO_16XL, USUAL),
    InstanceFamily::new(&["c8a"], AMD64, gib(2), MEDIUM_TO_48XL, AMD_8)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(&["c8g", "c8gd"], ARM64, gib(2), MEDIUM_TO_48XL, USUAL)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(
        &["c8gb", "c8gn"],
        ARM64,
        gib(2),
        MEDIUM_TO_48XL,
        GRAVITON_8_NETWORK,
    )
    .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(&["c8i", "c8id"], AMD64, gib(2), LARGE_TO_96XL, INTEL_8)
        .metal(&["metal-48xl", "metal-96xl"]),
    InstanceFamily::new(&["c8i-flex"], AMD64, gib(2), LARGE_TO_16XL, INTEL_8),
    InstanceFamily::new(
        &["c8ib", "c8in"],
        AMD64,
        gib(2),
        LARGE_TO_96XL,
        INTEL_8_NETWORK,
    )
    .metal(&["metal-48xl", "metal-96xl"]),
    InstanceFamily::new(&["c8ine"], AMD64, gib(2), LARGE_TO_12XL, INTEL_8_NETWORK),
    InstanceFamily::new(&["c9g", "c9gd"], ARM64, gib(2), MEDIUM_TO_48XL, GRAVITON_9)
        .metal(&["metal-48xl"]),
];

pub(super) const MEMORY_OPTIMIZED: &[InstanceFamily] = &[
    InstanceFamily::new(&["r4"], AMD64, 7808, LARGE_TO_16XL_WITHOUT_12XL, USUAL),
    InstanceFamily::new(
        &["r5", "r5b", "r5d", "r5dn", "r5n"],
        AMD64,
        gib(8),
        LARGE_TO_24XL,
        USUAL,
    )
    .metal(&["metal"]),
    InstanceFamily::new(&["r5a", "r5ad"], AMD64, gib(8), LARGE_TO_24XL, USUAL),
    InstanceFamily::new(&["r6a"], AMD64, gib(8), LARGE_TO_48XL_WITH_32XL, USUAL).metal(&["metal"]),
    InstanceFamily::new(
        &["r6g", "r6gd", "r7g", "r7gd"],
        ARM64,
        gib(8),
        MEDIUM_TO_16XL,
        USUAL,
    )
    .metal(&["metal"]),
    InstanceFamily::new(&["r6i", "r6id"], AMD64, gib(8), LARGE_TO_32XL, USUAL).metal(&["metal"]),
    InstanceFamily::new(&["r6idn", "r6in"], AMD64, gib(8), LARGE_TO_32XL, NETWORK_6)
        .metal(&["metal"]),
    InstanceFamily::new(&["r7a"], AMD64, gib(8), MEDIUM_TO_48XL_WITH_32XL, USUAL)
        .metal(&["metal-48xl"]),
    InstanceFamily::new(&["r7i"], AMD64, gib(8), LARGE_TO_48XL, USUAL)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(
        &["r7iz"],
        AMD64,
        gib(8),
        &[2, 4, 8, 16, 32, 48, 64, 128],
        USUAL,
    )
    .metal(&["metal-16xl", "metal-32xl"]),
    InstanceFamily::new(&["r8a"], AMD64, gib(8), MEDIUM_TO_48XL, AMD_8)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(&["r8g", "r8gd"], ARM64, gib(8), MEDIUM_TO_48XL, USUAL)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(
        &["r8gb", "r8gn"],
        ARM64,
        gib(8),
        MEDIUM_TO_48XL,
        GRAVITON_8_NETWORK,
    )
    .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(&["r8i", "r8id"], AMD64, gib(8), LARGE_TO_96XL, INTEL_8)
        .metal(&["metal-48xl", "metal-96xl"]),
    InstanceFamily::new(&["r8i-flex"], AMD64, gib(8), LARGE_TO_16XL, INTEL_8),
    InstanceFamily::new(
        &["r8ib", "r8idb", "r8idn", "r8in"],
        AMD64,
        gib(8),
        LARGE_TO_96XL,
        INTEL_8_NETWORK,
    )
    .metal(&["metal-48xl", "metal-96xl"]),
];

/// Storage, and the families that have most memory.
pub(super) const OTHERS: &[InstanceFamily] = &[
    InstanceFamily::new(&["d3"], AMD64, gib(8), &[4, 8, 16, 32], D3),
    InstanceFamily::new(&["d3en"], AMD64, gib(4), &[4, 8, 16, 24, 32, 48], D3EN),
    InstanceFamily::new(&["i3"], AMD64, 7808, LARGE_TO_16XL_WITHOUT_12XL, USUAL),
    InstanceFamily::new(&["i3en"], AMD64, gib(8), &[2, 4, 8, 12, 24, 48, 96], I3EN)
        .metal(&["metal"]),
    InstanceFamily::new(&["i4g"], ARM64, gib(8), LARGE_TO_16XL_WITHOUT_12XL, USUAL),
    InstanceFamily::new(&["i4i"], AMD64, gib(8), LARGE_TO_32XL, I4I).metal(&["metal"]),
    InstanceFamily::new(&["i7i"], AMD64, gib(8), LARGE_TO_48XL, USUAL)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(&["i7ie"], AMD64, gib(8), THREES_TO_48XL, I7IE)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(&["i8g"], ARM64, gib(8), LARGE_TO_48XL, USUAL)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(&["i8ge"], ARM64, gib(8), THREES_TO_48XL, I8GE)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(&["im4gn"], ARM64, gib(4), LARGE_TO_16XL_WITHOUT_12XL, USUAL),
    InstanceFamily::new(&["is4gen"], ARM64, gib(6), MEDIUM_TO_8XL, USUAL),
    InstanceFamily::new(&["x1"], AMD64, 15616, &[64, 128], X1),
    InstanceFamily::new(&["x1e"], AMD64, 31232, &[4, 8, 16, 32, 64, 128], X1E),
    InstanceFamily::new(&["x2gd"], ARM64, gib(16), MEDIUM_TO_16XL, USUAL).metal(&["metal"]),
    InstanceFamily::new(&["x2idn"], AMD64, gib(16), &[64, 96, 128], USUAL).metal(&["metal"]),
    InstanceFamily::new(
        &["x2iedn"],
        AMD64,
        gib(32),
        &[4, 8, 16, 32, 64, 96, 128],
        USUAL,
    )
    .metal(&["metal"]),
    InstanceFamily::new(
        &["x2iezn"],
        AMD64,
        gib(32),
        &[8, 16, 24, 32, 48],
        MANY_TO_48,
    )
    .metal(&["metal"]),
    InstanceFamily::new(
        &["x8aedz"],
        AMD64,
        gib(32),
        &[2, 4, 12, 24, 48, 96],
        AMD_8_FAST,
    )
    .metal(&["metal-12xl", "metal-24xl"]),
    InstanceFamily::new(&["x8g"], ARM64, gib(16), MEDIUM_TO_48XL, USUAL)
        .metal(&["metal-24xl", "metal-48xl"]),
    InstanceFamily::new(
        &["x8i"],
        AMD64,
        gib(16),
        &[2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 256, 384],
        INTEL_8,
    )
    .metal(&["metal-48xl", "metal-96xl"]),
    InstanceFamily::new(&["z1d"], AMD64, gib(8), THREES_TO_12XL, MANY_TO_48).metal(&["metal"]),
];
