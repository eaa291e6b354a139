//! Configurations with something wrong somewhere. Used by the tests of the library too.

use serde_json::{Value, json};

/// A small generator of numbers: the same mutants in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides.max(1)
    }
}

fn hostile(dice: &mut Dice) -> Value {
    let pool = [
        json!(0),
        json!(1),
        json!(-1),
        json!(3.0),
        json!(1.5),
        json!(101),
        json!(5001),
        json!(2_147_483_648_u64),
        json!(-2_147_483_649_i64),
        json!(1e300),
        json!(u64::MAX),
        json!(true),
        json!(""),
        json!("x"),
        json!("None"),
        json!("Unlimited"),
        json!("Spot"),
        json!("25%"),
        json!("025%"),
        json!("101%"),
        json!("+5%"),
        json!("5m"),
        json!("5"),
        json!("-5m"),
        json!("500m"),
        json!("1e3"),
        json!("4Gi"),
        json!("1.33"),
        json!("1.33.1.1"),
        json!("0.36.0"),
        json!("v1.30"),
        json!("a-"),
        json!("A"),
        json!("a.b"),
        json!("a/b"),
        json!("a=b:NoSchedule"),
        json!("a=b,c!=d"),
        json!("a".repeat(64)),
        json!("a".repeat(300)),
        json!("ä"),
        json!("a b"),
        json!("a\nb"),
        json!("registry/x:1"),
        json!([]),
        json!({}),
        json!([1]),
        json!(["a"]),
        json!([["a"]]),
        json!({"a": 1}),
        json!({"min": 1, "max": 2}),
        json!([[1, 2]]),
        json!([[1, 2, 3]]),
        json!({"name": "x"}),
    ];
    pool[dice.roll(pool.len())].clone()
}

/// Changes one thing somewhere within.
pub(crate) fn mutate(value: &mut Value, dice: &mut Dice) {
    let go_deeper = dice.roll(5) > 0;
    match value {
        Value::Object(map) if !map.is_empty() && go_deeper => {
            let at = dice.roll(map.len());
            let key = map.keys().nth(at).expect("within the map").clone();
            match dice.roll(12) {
                0 => drop(map.remove(&key)),
                1 => {
                    let moved = map.remove(&key).expect("it is there");
                    let new = [
                        "x", "name", "max", "Spot", "default", "010", "20", "a/b/c", "",
                    ][dice.roll(9)];
                    map.insert(new.to_owned(), moved);
                }
                2 => drop(map.insert("unheardOf".to_owned(), hostile(dice))),
                _ => mutate(map.get_mut(&key).expect("it is there"), dice),
            }
        }
        Value::Array(items) if !items.is_empty() && go_deeper => {
            let at = dice.roll(items.len());
            match dice.roll(10) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                _ => mutate(&mut items[at], dice),
            }
        }
        _ => *value = hostile(dice),
    }
}
