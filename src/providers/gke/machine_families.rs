//! The predefined machine types of Compute Engine that GKE makes nodes of.
//!
//! Source: docs.cloud.google.com/compute/docs/general-purpose-machines, compute-optimized-machines,
//! storage-optimized-machines and accelerator-optimized-machines; Cyclenerd/google-cloud-pricing-cost-calculator
//! `tools/machinetypes.csv` (from the API) and `build/gcp.yml`, July 2026. They agree.
//! Google writes GB and means GiB.

use super::machine_family::{Machine, MachineFamily, gib, machine};

const E2: &[u32] = &[2, 4, 8, 16, 32];
const N1: &[u32] = &[2, 4, 8, 16, 32, 64, 96];
const N2_HIGHCPU: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 80, 96];
const N2: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 80, 96, 128];
const N2D_HIGHMEM: &[u32] = N2_HIGHCPU;
const N2D: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224];
const N4: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 80];
const N4A: &[u32] = &[1, 2, 4, 8, 16, 32, 48, 64];
const N4D: &[u32] = N2_HIGHCPU;
const C2: &[u32] = &[4, 8, 16, 30, 60];
const C2D: &[u32] = &[2, 4, 8, 16, 32, 56, 112];
const C3: &[u32] = &[4, 8, 22, 44, 88, 176];
const C3_METAL: &[u32] = &[192];
const C3D: &[u32] = &[4, 8, 16, 30, 60, 90, 180, 360];
const C3D_LSSD: &[u32] = &[8, 16, 30, 60, 90, 180, 360];
const C4: &[u32] = &[2, 4, 8, 16, 24, 32, 48, 96, 144, 192, 288];
const C4_LSSD: &[u32] = &[4, 8, 16, 24, 32, 48, 96, 144, 192, 288];
const C4_METAL: &[u32] = &[288];
const C4A: &[u32] = &[1, 2, 4, 8, 16, 32, 48, 64, 72];
const C4A_LSSD: &[u32] = &[4, 8, 16, 32, 48, 64, 72];
const C4D: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 96, 192, 384];
const C4D_LSSD: &[u32] = &[8, 16, 32, 48, 64, 96, 192, 384];
const C4N: &[u32] = &[2, 4, 8, 16, 24, 48, 96, 192];
const Z3_STANDARD: &[u32] = &[14, 22, 44, 88, 176];
const Z3_HIGH: &[u32] = &[8, 16, 22, 32, 44, 88];
const T2A: &[u32] = &[1, 2, 4, 8, 16, 32, 48];
const T2D: &[u32] = &[1, 2, 4, 8, 16, 32, 48, 60];

/// 3.75 GiB.
const THREE_AND_THREE_QUARTERS: u64 = 3840;

pub(super) const FAMILIES: &[MachineFamily] = &[
    MachineFamily::new("e2-standard", gib(4), E2),
    MachineFamily::new("e2-highmem", gib(8), &[2, 4, 8, 16]),
    MachineFamily::new("e2-highcpu", gib(1), E2),
    MachineFamily::new(
        "n1-standard",
        THREE_AND_THREE_QUARTERS,
        &[1, 2, 4, 8, 16, 32, 64, 96],
    ),
    MachineFamily::new("n1-highmem", 6656, N1),
    // 0.9 GiB, in whole MiB.
    MachineFamily::new("n1-highcpu", 0, N1).irregular(&[
        (2, 1843),
        (4, 3686),
        (8, 7373),
        (16, 14746),
        (32, 29491),
        (64, 58982),
        (96, 88474),
    ]),
    MachineFamily::new("n2-standard", gib(4), N2),
    MachineFamily::new("n2-highmem", gib(8), N2).irregular(&[(128, gib(864))]),
    MachineFamily::new("n2-highcpu", gib(1), N2_HIGHCPU),
    MachineFamily::new("n2d-standard", gib(4), N2D),
    MachineFamily::new("n2d-highmem", gib(8), N2D_HIGHMEM),
    MachineFamily::new("n2d-highcpu", gib(1), N2D),
    MachineFamily::new("n4-standard", gib(4), N4),
    MachineFamily::new("n4-highmem", gib(8), N4),
    MachineFamily::new("n4-highcpu", gib(2), N4),
    MachineFamily::new("n4a-standard", gib(4), N4A).arm(),
    MachineFamily::new("n4a-highmem", gib(8), N4A).arm(),
    MachineFamily::new("n4a-highcpu", gib(2), N4A).arm(),
    MachineFamily::new("n4d-standard", gib(4), N4D),
    MachineFamily::new("n4d-highmem", gib(8), N4D),
    MachineFamily::new("n4d-highcpu", gib(2), N4D),
    MachineFamily::new("c2-standard", gib(4), C2),
    MachineFamily::new("c2d-standard", gib(4), C2D),
    MachineFamily::new("c2d-highmem", gib(8), C2D),
    MachineFamily::new("c2d-highcpu", gib(2), C2D),
    MachineFamily::new("c3-standard", gib(4), C3).variants(&[("-lssd", C3), ("-metal", C3_METAL)]),
    MachineFamily::new("c3-highmem", gib(8), C3).variants(&[("-metal", C3_METAL)]),
    MachineFamily::new("c3-highcpu", gib(2), C3)
        .irregular(&[(192, gib(512))])
        .variants(&[("-metal", C3_METAL)]),
    MachineFamily::new("c3d-standard", gib(4), C3D).variants(&[("-lssd", C3D_LSSD)]),
    MachineFamily::new("c3d-highmem", gib(8), C3D).variants(&[("-lssd", C3D_LSSD)]),
    MachineFamily::new("c3d-highcpu", gib(2), C3D).irregular(&[
        (30, gib(59)),
        (60, gib(118)),
        (90, gib(177)),
        (180, gib(354)),
        (360, gib(708)),
    ]),
    MachineFamily::new("c4-standard", THREE_AND_THREE_QUARTERS, C4)
        .irregular(&[(2, gib(7))])
        .variants(&[
            ("-lssd", C4_LSSD),
            ("-metal", C4_METAL),
            ("-lssd-metal", C4_METAL),
        ]),
    MachineFamily::new("c4-highmem", 7936, C4)
        .irregular(&[(2, gib(15))])
        .variants(&[
            ("-lssd", C4_LSSD),
            ("-metal", C4_METAL),
            ("-lssd-metal", C4_METAL),
        ]),
    MachineFamily::new("c4-highcpu", gib(2), C4).variants(&[("-metal", C4_METAL)]),
    MachineFamily::new("c4a-standard", gib(4), C4A)
        .arm()
        .variants(&[("-lssd", C4A_LSSD)]),
    MachineFamily::new("c4a-highmem", gib(8), C4A)
        .arm()
        .variants(&[("-lssd", C4A_LSSD), ("-metal", &[96])]),
    MachineFamily::new("c4a-highcpu", gib(2), C4A).arm(),
    // Bare metal of this series has more memory, and stands below.
    MachineFamily::new("c4d-standard", 3968, C4D)
        .irregular(&[(2, gib(7)), (4, gib(15))])
        .variants(&[("-lssd", C4D_LSSD)]),
    MachineFamily::new("c4d-highmem", 8064, C4D)
        .irregular(&[(2, gib(15)), (4, gib(31))])
        .variants(&[("-lssd", C4D_LSSD)]),
    MachineFamily::new("c4d-highcpu", 1920, C4D).irregular(&[(2, gib(3)), (4, gib(7))]),
    MachineFamily::new("c4n-standard", THREE_AND_THREE_QUARTERS, C4N).irregular(&[(2, gib(7))]),
    MachineFamily::new("c4n-highmem", 7936, C4N).irregular(&[(2, gib(15))]),
    MachineFamily::new("c4n-highcpu", gib(2), C4N),
    MachineFamily::new("z3-highmem", gib(8), &[]).variants(&[
        ("-standardlssd", Z3_STANDARD),
        ("-highlssd", Z3_HIGH),
        ("-highlssd-metal", &[192]),
    ]),
    MachineFamily::new("t2d-standard", gib(4), T2D),
    MachineFamily::new("t2a-standard", gib(4), T2A).arm(),
];

/// Those that stand for themselves: a part of a processor, bare metal with a memory of its own, or GPUs.
pub(super) const MACHINES: &[Machine] = &[
    machine("e2-micro", 2, gib(1), 0),
    machine("e2-small", 2, gib(2), 0),
    machine("e2-medium", 2, gib(4), 0),
    machine("c4d-standard-384-metal", 384, gib(1536), 0),
    machine("c4d-highmem-384-metal", 384, gib(3072), 0),
    machine("c4d-highcpu-384-metal", 384, gib(768), 0),
    machine("g2-standard-4", 4, gib(16), 1),
    machine("g2-standard-8", 8, gib(32), 1),
    machine("g2-standard-12", 12, gib(48), 1),
    machine("g2-standard-16", 16, gib(64), 1),
    machine("g2-standard-24", 24, gib(96), 2),
    machine("g2-standard-32", 32, gib(128), 1),
    machine("g2-standard-48", 48, gib(192), 4),
    machine("g2-standard-96", 96, gib(384), 8),
    machine("a2-highgpu-1g", 12, gib(85), 1),
    machine("a2-highgpu-2g", 24, gib(170), 2),
    machine("a2-highgpu-4g", 48, gib(340), 4),
    machine("a2-highgpu-8g", 96, gib(680), 8),
    machine("a2-megagpu-16g", 96, gib(1360), 16),
    machine("a2-ultragpu-1g", 12, gib(170), 1),
    machine("a2-ultragpu-2g", 24, gib(340), 2),
    machine("a2-ultragpu-4g", 48, gib(680), 4),
    machine("a2-ultragpu-8g", 96, gib(1360), 8),
    machine("a3-highgpu-1g", 26, gib(234), 1),
    machine("a3-highgpu-2g", 52, gib(468), 2),
    machine("a3-highgpu-4g", 104, gib(936), 4),
    machine("a3-highgpu-8g", 208, gib(1872), 8),
    machine("a3-megagpu-8g", 208, gib(1872), 8),
    machine("a3-ultragpu-8g", 224, gib(2952), 8),
];
