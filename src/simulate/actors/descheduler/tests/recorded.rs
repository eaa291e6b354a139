//! Answers of the real descheduler.

use super::*;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    policy: Json,
    nodes: Vec<CaseNode>,
    pods: Vec<CasePod>,
    budgets: Vec<CaseBudget>,
    evicted: Option<Vec<String>>,
    evicted_count: Option<usize>,
}

#[test]
fn it_evicts_what_the_real_one_evicts() {
    let cases: Vec<Case> = vectors("descheduler.json");
    assert_eq!(cases.len(), 380);
    let mut wrong = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let mut stage = Stage::default();
        for node in &case.nodes {
            stage.add_node(node);
        }
        for pod in &case.pods {
            stage.add_pod(pod);
        }
        for budget in &case.budgets {
            stage.add_budget(budget);
        }
        let round = stage.round(&case.policy);
        let names = stage.names(&round);
        let is_right = case.evicted_count.is_none_or(|count| count == names.len())
            && case.evicted.as_ref().is_none_or(|wanted| {
                let mut wanted = wanted.clone();
                wanted.sort();
                wanted == names
            });
        if !is_right {
            wrong.push((at, names, case.evicted.clone(), case.evicted_count));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong: {:?}",
        wrong.len(),
        &wrong[..wrong.len().min(5)]
    );
}
