//! What real components answered, and properties.

mod cluster;
mod filters;
mod points;
mod preemption;
mod properties;
mod recorded;
mod rounds;
mod speed;
