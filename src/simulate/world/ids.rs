//! Indexes into the lists of the world.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            /// # Panics
            /// Beyond four billion entries.
            pub fn of(index: usize) -> Self {
                Self(u32::try_from(index).expect("no run has four billion entries of a kind"))
            }

            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    BudgetId,
    GroupId,
    /// One of the machines of a [`Cloud`](crate::simulate::cloud::Cloud).
    InstanceId,
    NodeId,
    OwnerId,
    PodId,
    /// One of [`super::Selectors`].
    SelectorId,
    TemplateId,
}
