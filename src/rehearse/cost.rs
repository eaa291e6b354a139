//! What the machines of a run cost, where the configuration says what one costs.

use serde::Serialize;

use crate::config::Price;
use crate::plan::{NodePool, Plan};
use crate::simulate::run::Run;
use crate::simulate::verdict::Outcome;

/// Amounts with two places, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    pub currency: String,
    pub spot: String,
    pub on_demand: String,
    /// The same hours with each Spot machine at the price of an on-demand one of its size; none where no pool tells it.
    pub all_on_demand: Option<String>,
    /// How much less that is, in percent.
    pub saved_percent: Option<i64>,
    /// Why that is not known.
    pub no_saving: Option<String>,
}

const DEFAULT: &str = "USD";
/// Prices are kept in millionths.
const MILLIONTHS: f64 = 1e6;
const HOUR: i64 = 3_600_000;

/// What it cost, or why that is not known: the price of a pool that ran is missing, or there are several currencies.
pub(super) fn cost(run: &Run, outcome: &Outcome, plan: &Plan) -> Result<Cost, String> {
    let world = &run.started.engine.world;
    let (mut spot, mut on_demand, mut all) = (0, 0, Ok(0));
    if plan.node_pools.iter().all(|pool| pool.price.is_none()) {
        return Err("no pool has a `price`".to_owned());
    }
    let mut currencies = Vec::new();
    for own in outcome.node_hours.iter().filter(|own| own.ran > 0) {
        let group = &world.groups[own.group.index()];
        let pool = plan.node_pools.iter().find(|pool| pool.name == group.pool);
        let priced = pool.and_then(|pool| Some((pool, pool.price.as_ref()?)));
        let Some((pool, price)) = priced else {
            return Err(format!("pool {} ran and has no `price`", group.pool));
        };
        currencies.push(price.currency.as_deref().unwrap_or(DEFAULT).to_owned());
        let paid = paid(price, own.ran);
        if own.is_spot {
            spot += paid;
        } else {
            on_demand += paid;
        }
        let usual = if own.is_spot {
            twin(plan, pool)
        } else {
            Ok(price)
        };
        all = all.and_then(|all| Ok(all + self::paid(usual?, own.ran)));
    }
    currencies.sort_unstable();
    currencies.dedup();
    let currency = match currencies.as_slice() {
        [currency] => currency,
        [] => return Err("no node ran".to_owned()),
        several => {
            return Err(format!(
                "there are several currencies: {}",
                several.join(", ")
            ));
        }
    };
    let total = spot + on_demand;
    let no_saving = all.as_ref().err().cloned();
    let all = all.ok();
    Ok(Cost {
        currency: currency.clone(),
        spot: amount(spot),
        on_demand: amount(on_demand),
        all_on_demand: all.map(amount),
        saved_percent: all
            .filter(|all| *all > 0)
            .map(|all| ((all - total) * 100 + all / 2).div_euclid(all)),
        no_saving,
    })
}

/// The price of an on-demand machine of the same size, or why it is not known.
fn twin<'p>(plan: &'p Plan, pool: &NodePool) -> Result<&'p Price, String> {
    let Some(size) = &pool.vm_size else {
        return Err(format!("pool {} has no `vmSize`", pool.name));
    };
    let others = plan.node_pools.iter().filter(|other| !other.is_spot());
    let twins = others.filter(|other| other.vm_size.as_ref() == Some(size));
    let mut names = Vec::new();
    for twin in twins {
        if let Some(price) = &twin.price {
            return Ok(price);
        }
        names.push(twin.name.as_str());
    }
    Err(match names.as_slice() {
        [] => format!(
            "no on-demand pool has {size}, the size of pool {}",
            pool.name
        ),
        names => format!(
            "pool {} has no `price`: it has {size}, the size of pool {}",
            names.join(", "),
            pool.name
        ),
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "prices of an hour are far below what an i64 holds in millionths"
)]
fn paid(price: &Price, ran: i64) -> i64 {
    let an_hour = (price.per_hour.get() * MILLIONTHS).round() as i64;
    let whole = i128::from(an_hour) * i128::from(ran) / i128::from(HOUR);
    i64::try_from(whole).unwrap_or(i64::MAX)
}

fn amount(millionths: i64) -> String {
    let hundredths = millionths / 10_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
