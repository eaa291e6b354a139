//! The options of a run.

#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The file that the stream is; none for stdin. A file may be without workloads.
    pub file: Option<&'a str>,
    /// The text of that file: a document without a list gets lists as the others have them. Of a stream, only what has been
    /// read is known.
    pub whole: Option<&'a str>,
    /// The namespace of documents that set none.
    pub namespace: Option<&'a str>,
    /// Skips a workload that cannot be edited safely, with a warning, instead of rejecting the stream.
    pub skip_uneditable: bool,
    /// Parses the result again and compares it with the change applied to plain data.
    pub verify: bool,
    /// Records the changes of each workload.
    pub report: bool,
}
