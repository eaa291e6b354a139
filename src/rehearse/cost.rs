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
}

const DEFAULT: &str = "USD";
/// Prices are kept in millionths.
const MILLIONTHS: f64 = 1e6;
const HOUR: i64 = 3_600_000;

/// None where the price of a pool that ran is not known, or there are several currencies.
pub(super) fn cost(run: &Run, outcome: &Outcome, plan: &Plan) -> Option<Cost> {
    let world = &run.started.engine.world;
    let (mut spot, mut on_demand, mut all) = (0, 0, Some(0));
    let mut currencies = Vec::new();
    for own in outcome.node_hours.iter().filter(|own| own.ran > 0) {
        let group = &world.groups[own.group.index()];
        let pool = plan
            .node_pools
            .iter()
            .find(|pool| pool.name == group.pool)?;
        let price = pool.price.as_ref()?;
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
            Some(price)
        };
        all = all
            .zip(usual)
            .map(|(all, price)| all + self::paid(price, own.ran));
    }
    currencies.dedup();
    let [currency] = currencies.as_slice() else {
        return None;
    };
    let total = spot + on_demand;
    Some(Cost {
        currency: currency.clone(),
        spot: amount(spot),
        on_demand: amount(on_demand),
        all_on_demand: all.map(amount),
        saved_percent: all
            .filter(|all| *all > 0)
            .map(|all| (all - total) * 100 / all),
    })
}

/// The price of an on-demand machine of the same size.
fn twin<'p>(plan: &'p Plan, pool: &NodePool) -> Option<&'p Price> {
    let mut others = plan.node_pools.iter().filter(|other| !other.is_spot());
    let twin = others.find(|other| other.vm_size.is_some() && other.vm_size == pool.vm_size);
    twin?.price.as_ref()
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
