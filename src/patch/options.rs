//! What a run is asked to do beside the configuration.

#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The namespace of documents that name none.
    pub namespace: Option<&'a str>,
    /// Leaves a workload alone that cannot be edited with certainty, and warns, instead of refusing it.
    pub skip_uneditable: bool,
    /// Reads the result again and compares it with the change made on plain data.
    pub verify: bool,
    /// Keeps what was done to each workload.
    pub report: bool,
}
