//! Pools that are still to be made.

use super::pool::Pool;
use super::wishes::Wishes;
use crate::config::Capacity;
use crate::providers::{Cli, Facts};

/// As many nodes as a new pool may have where nothing suggests another number.
const MOST_NODES: i64 = 10;

/// Adds a Spot pool and an on-demand pool where there is none, like the largest of the other kind.
pub(super) fn missing(
    pools: &mut Vec<Pool>,
    facts: &Facts,
    wishes: &Wishes,
    remarks: &mut Vec<String>,
) {
    let is_unknown = pools.is_empty() && wishes.spot_pool.is_none();
    for (capacity, wish, name) in [
        (Capacity::Spot, &wishes.spot_pool, "spot1"),
        (Capacity::OnDemand, &wishes.on_demand_pool, "regular1"),
    ] {
        if pools
            .iter()
            .any(|pool| pool.capacity == Some(capacity) && !pool.is_windows)
        {
            if let Some(name) = wish {
                remarks.push(format!(
                    "`{name}` is not added: there is a pool of its kind"
                ));
            }
            continue;
        }
        let like = pools
            .iter()
            .filter(|pool| !pool.is_windows)
            .max_by_key(|pool| (!pool.is_system, pool.members.len()));
        let mut pool = Pool::named(wish.as_deref().unwrap_or(name));
        pool.capacity = Some(capacity);
        let size = wishes.vm_size.clone();
        let most = like
            .and_then(|like| like.nodes)
            .map_or(MOST_NODES, |(_, max)| max.max(1));
        let least = i64::from(capacity != Capacity::Spot);
        pool.nodes = Some((least, most.max(least)));
        match (like, size) {
            (_, Some(size)) => {
                pool.vm_sizes.insert(size);
            }
            (Some(like), None) => {
                pool.vm_sizes.clone_from(&like.vm_sizes);
                pool.zones.clone_from(&like.zones);
                pool.allocatable = like.allocatable;
                pool.is_arm = like.is_arm;
            }
            (None, None) => {}
        }
        pool.remarks.push(match facts.cli {
            _ if like.is_none() && is_unknown => "not in the input: write its name and size as they are".to_owned(),
            Cli::AzureCli => "not there yet: `spotgen render --format azure-cli` writes the command that makes it".to_owned(),
            Cli::Other => "not there yet: make it, with these settings or with others".to_owned(),
        });
        pools.push(pool);
    }
}
