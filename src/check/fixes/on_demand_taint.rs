//! On-demand pools without a taint that the scheduler scores, and the edits that add it.

use crate::check::findings::Findings;
use crate::config::pointers;
use crate::defaults::ON_DEMAND_TAINT;
use crate::diagnostic::{Edit, Fix, Pointer};
use crate::kubernetes::Taint;
use crate::model::capacity;
use crate::plan::{NodePool, Plan};

/// The first on-demand pool without a soft taint, and where its taints are declared.
pub(in crate::check) fn not_avoided<'p>(
    plan: &'p Plan,
    findings: &Findings<'_>,
) -> Option<(Pointer, &'p str)> {
    let at = all_not_avoided(plan).next()?;
    let taints = pointers::pool(at).child("taints");
    let pointer = match findings.document.node(&taints) {
        Some(_) => taints,
        None => pointers::pool(at).child("name"),
    };
    Some((pointer, &plan.node_pools[at].name))
}

/// Adds the default taint to all on-demand pools without a soft taint.
pub(in crate::check) fn taint_all(plan: &Plan) -> Fix {
    let (key, value, effect) = ON_DEMAND_TAINT;
    let edits = all_not_avoided(plan).map(|at| Edit::Append {
        pointer: pointers::pool(at).child("taints"),
        value: format!("{key}={value}:{effect}").into(),
    });
    Fix::Config(edits.collect())
}

/// The plan without its workloads, with the taints that `taint_all` adds.
pub(in crate::check) fn tainted(plan: &Plan) -> Plan {
    let mut tainted = plan.without_workloads();
    for at in all_not_avoided(plan) {
        let taint = Taint::known(ON_DEMAND_TAINT);
        tainted.node_pools[at].taints.push(taint);
    }
    tainted
}

fn all_not_avoided(plan: &Plan) -> impl Iterator<Item = usize> {
    let candidates = capacity::failover_pools(plan);
    let is_meant = move |pool: &NodePool| {
        let is_avoided = pool.taints.iter().any(Taint::is_soft);
        !is_avoided && candidates.iter().any(|other| other.name == pool.name)
    };
    let pools = plan.node_pools.iter().enumerate();
    pools.filter_map(move |(at, pool)| is_meant(pool).then_some(at))
}
