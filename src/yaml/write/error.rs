//! Why a value cannot be written.

use std::fmt::{self, Debug, Display};

use serde::ser;

#[derive(Debug)]
pub(super) struct Error(pub(super) String);

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl ser::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

pub(super) type Result<T = ()> = std::result::Result<T, Error>;
