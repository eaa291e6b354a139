//! What can be wrong with a system that is valid. One file a rule; `ALL` is the list.

mod alert_shorter_than_round;
mod alert_without_component;
mod anti_affinity_without_room;
mod avoided_spot_loop;
mod bare_pod_on_spot;
mod base_in_selector;
mod base_not_selected;
mod base_outnumbers_spot;
mod broken_descheduler_policy;
mod broken_expander_config;
mod broken_scaling_parameters;
mod budget_above_autoscaler_floor;
mod budget_allows_nothing;
mod budget_over_namespace;
mod budget_over_placeholders;
mod budget_with_two_bounds;
mod budget_without_pods;
mod budget_without_readiness;
mod changed_grace;
mod class_rules_without_manifests;
mod counts_lost_nodes;
mod counts_mixed_pools;
mod counts_no_nodes;
mod counts_other_spot_pools;
mod daemon_set_not_on_spot;
mod deallocated_spot_nodes;
mod delayed_scale_up;
mod drain_outlasts_notice;
mod evicts_jobs;
mod expander_not_priority;
mod expendable_placeholder;
mod failback_on_spot;
mod failback_takes_hours;
mod failover_capacity_short;
mod floating_image;
mod glob_like_pattern;
mod global_default_beside_placeholders;
mod gpu_capacity_short;
mod grace_exceeds_notice;
mod handler_deletes_pods;
mod handler_without_priority;
mod hard_spread_keeps_off_spot;
mod headroom_feeds_itself;
mod idle_descheduler;
mod image_of_another_version;
mod immutable_priority_class;
mod interruption_counts_as_failure;
mod inverted_priorities;
mod kept_spot_node;
mod label_of_another_cloud;
mod label_of_karpenter;
mod ladder_never_starts;
mod ladder_without_first_step;
mod linear_never_zero;
mod local_storage_keeps_nodes;
mod max_not_respected;
mod min_replicas_without_effect;
mod misplaced_annotation;
mod misplaced_expander_config;
mod missing_monitor_kinds;
mod missing_spot_toleration;
mod misspelled_node_label;
mod misspelled_toleration;
mod mixed_capacity_pool;
mod moves_foreign_pods;
mod never_fails_back;
mod never_on_spot;
mod no_catch_all;
mod no_failover_headroom;
mod no_on_demand_pool;
mod no_pool_takes_pod;
mod no_requests;
mod no_rest_between_moves;
mod no_room_beside_placeholders;
mod no_system_pool;
mod notice_outruns_budget;
mod on_demand_starved;
mod overlapping_budgets;
mod pattern_takes_both_capacities;
mod pattern_without_pool;
mod pinned_by_annotation;
mod placeholder_displaces_workload;
mod placeholder_holds_nothing;
mod placeholder_never_fits;
mod placeholder_on_mixed_pools;
mod placeholder_pinned_to_nothing;
mod placeholder_smaller_than_pod;
mod placeholder_without_toleration;
mod placeholders_keep_nodes;
mod plugins_pull_apart;
mod pod_fits_no_node;
mod policy_hides_spot;
mod policy_without_failback;
mod pool_not_autoscaled;
mod pool_without_priority;
mod preference_cancelled;
mod preferred_loop;
mod refused_autoscaler_flag;
mod refused_system_taint;
mod refused_toleration;
mod regular_label_selected;
mod removed_budget_api;
mod replicas_beside_scaling;
mod reserved_label;
mod scale_down_beats_failback;
mod scaling_counts_other_pods;
mod scaling_without_target;
mod selector_matches_no_pool;
mod shutdown_outlasts_grace;
mod single_spot_pool;
mod slow_failover;
mod slow_node_loss;
mod slow_polling;
mod soft_taint_outvotes_on_demand;
mod soft_taint_outvotes_spot;
mod spot_capacity_short;
mod spot_pool_without_label;
mod spot_price_cap;
mod spot_without_fallback;
mod spread_outvotes_spot;
mod spread_over_missing_label;
mod spread_selects_nothing;
mod stateful_on_spot;
mod system_pods_keep_nodes;
mod taint_not_tolerated;
mod tainted_nodes_counted;
mod toleration_without_preference;
mod too_many_nodes;
mod two_global_defaults;
mod uncountable_budget;
mod unhealthy_pods_block_drain;
mod unknown_image_tag;
mod unknown_vm_size;
mod unlimited_evictions;
mod unlisted_workload;
mod unpreemptable_placeholder;
mod unprotected_volumes;
mod unreadable_monitors;
mod unready_nodes_halt_autoscaler;
mod unrendered_release;
mod unselected_monitors;
mod unsupported_value;
mod untainted_system_pool;
pub(super) mod unused_allowance;
mod unused_class_rule;
mod unused_monitor_labels;
mod value_set_later;
mod vm_size_without_spot;
mod volume_stuck_in_zone;
mod workload_cannot_preempt;
mod workload_drift;
mod zero_node_template;
mod zone_pools_apart;
mod zones_in_one_pool;

use super::rule::Rule;
use crate::suggest::similar;

pub use changed_grace::ID as CHANGED_GRACE;
pub use class_rules_without_manifests::ID as WITHOUT_MANIFESTS;
pub use unlisted_workload::ID as UNLISTED;

/// Every rule, by its id.
pub const ALL: &[Rule] = &[
    alert_shorter_than_round::RULE,
    alert_without_component::RULE,
    anti_affinity_without_room::RULE,
    avoided_spot_loop::RULE,
    bare_pod_on_spot::RULE,
    base_in_selector::RULE,
    base_not_selected::RULE,
    base_outnumbers_spot::RULE,
    broken_descheduler_policy::RULE,
    broken_expander_config::RULE,
    broken_scaling_parameters::RULE,
    budget_above_autoscaler_floor::RULE,
    budget_allows_nothing::RULE,
    budget_over_namespace::RULE,
    budget_over_placeholders::RULE,
    budget_with_two_bounds::RULE,
    budget_without_pods::RULE,
    budget_without_readiness::RULE,
    changed_grace::RULE,
    class_rules_without_manifests::RULE,
    counts_lost_nodes::RULE,
    counts_mixed_pools::RULE,
    counts_no_nodes::RULE,
    counts_other_spot_pools::RULE,
    daemon_set_not_on_spot::RULE,
    deallocated_spot_nodes::RULE,
    delayed_scale_up::RULE,
    drain_outlasts_notice::RULE,
    evicts_jobs::RULE,
    expander_not_priority::RULE,
    expendable_placeholder::RULE,
    failback_on_spot::RULE,
    failback_takes_hours::RULE,
    failover_capacity_short::RULE,
    floating_image::RULE,
    glob_like_pattern::RULE,
    global_default_beside_placeholders::RULE,
    gpu_capacity_short::RULE,
    grace_exceeds_notice::RULE,
    handler_deletes_pods::RULE,
    handler_without_priority::RULE,
    hard_spread_keeps_off_spot::RULE,
    headroom_feeds_itself::RULE,
    idle_descheduler::RULE,
    image_of_another_version::RULE,
    immutable_priority_class::RULE,
    interruption_counts_as_failure::RULE,
    inverted_priorities::RULE,
    kept_spot_node::RULE,
    label_of_another_cloud::RULE,
    label_of_karpenter::RULE,
    ladder_never_starts::RULE,
    ladder_without_first_step::RULE,
    linear_never_zero::RULE,
    local_storage_keeps_nodes::RULE,
    max_not_respected::RULE,
    min_replicas_without_effect::RULE,
    misplaced_annotation::RULE,
    misplaced_expander_config::RULE,
    missing_monitor_kinds::RULE,
    missing_spot_toleration::RULE,
    misspelled_node_label::RULE,
    misspelled_toleration::RULE,
    mixed_capacity_pool::RULE,
    moves_foreign_pods::RULE,
    never_fails_back::RULE,
    never_on_spot::RULE,
    no_catch_all::RULE,
    no_failover_headroom::RULE,
    no_on_demand_pool::RULE,
    no_pool_takes_pod::RULE,
    no_requests::RULE,
    no_rest_between_moves::RULE,
    no_room_beside_placeholders::RULE,
    no_system_pool::RULE,
    notice_outruns_budget::RULE,
    on_demand_starved::RULE,
    overlapping_budgets::RULE,
    pattern_takes_both_capacities::RULE,
    pattern_without_pool::RULE,
    pinned_by_annotation::RULE,
    placeholder_displaces_workload::RULE,
    placeholder_holds_nothing::RULE,
    placeholder_never_fits::RULE,
    placeholder_on_mixed_pools::RULE,
    placeholder_pinned_to_nothing::RULE,
    placeholder_smaller_than_pod::RULE,
    placeholder_without_toleration::RULE,
    placeholders_keep_nodes::RULE,
    plugins_pull_apart::RULE,
    pod_fits_no_node::RULE,
    policy_hides_spot::RULE,
    policy_without_failback::RULE,
    pool_not_autoscaled::RULE,
    pool_without_priority::RULE,
    preference_cancelled::RULE,
    preferred_loop::RULE,
    refused_autoscaler_flag::RULE,
    refused_system_taint::RULE,
    refused_toleration::RULE,
    regular_label_selected::RULE,
    removed_budget_api::RULE,
    replicas_beside_scaling::RULE,
    reserved_label::RULE,
    scale_down_beats_failback::RULE,
    scaling_counts_other_pods::RULE,
    scaling_without_target::RULE,
    selector_matches_no_pool::RULE,
    shutdown_outlasts_grace::RULE,
    single_spot_pool::RULE,
    slow_failover::RULE,
    slow_node_loss::RULE,
    slow_polling::RULE,
    soft_taint_outvotes_on_demand::RULE,
    soft_taint_outvotes_spot::RULE,
    spot_capacity_short::RULE,
    spot_pool_without_label::RULE,
    spot_price_cap::RULE,
    spot_without_fallback::RULE,
    spread_outvotes_spot::RULE,
    spread_over_missing_label::RULE,
    spread_selects_nothing::RULE,
    stateful_on_spot::RULE,
    system_pods_keep_nodes::RULE,
    taint_not_tolerated::RULE,
    tainted_nodes_counted::RULE,
    toleration_without_preference::RULE,
    too_many_nodes::RULE,
    two_global_defaults::RULE,
    uncountable_budget::RULE,
    unhealthy_pods_block_drain::RULE,
    unknown_image_tag::RULE,
    unknown_vm_size::RULE,
    unlimited_evictions::RULE,
    unlisted_workload::RULE,
    unpreemptable_placeholder::RULE,
    unprotected_volumes::RULE,
    unreadable_monitors::RULE,
    unready_nodes_halt_autoscaler::RULE,
    unrendered_release::RULE,
    unselected_monitors::RULE,
    unsupported_value::RULE,
    untainted_system_pool::RULE,
    unused_allowance::RULE,
    unused_class_rule::RULE,
    unused_monitor_labels::RULE,
    value_set_later::RULE,
    vm_size_without_spot::RULE,
    volume_stuck_in_zone::RULE,
    workload_cannot_preempt::RULE,
    workload_drift::RULE,
    zero_node_template::RULE,
    zone_pools_apart::RULE,
    zones_in_one_pool::RULE,
];

/// The rule of an id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id == id)
}

/// Why there is no rule of an id: what was meant, else where they are listed.
pub fn meant(id: &str) -> String {
    match similar(id, ids()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "`spotgen explain` lists all rules".to_owned(),
    }
}

/// The ids of all rules.
pub fn ids() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|rule| rule.id)
}
