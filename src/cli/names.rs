//! Argument parsers for the names of formats and reporters.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::formats::{self, Format};
use crate::reporters::{self, Reporter};

pub(super) fn formats() -> impl TypedValueParser<Value = &'static Format> {
    let formats = formats::ALL.iter();
    let names = formats.map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(names)
        .map(|name| formats::format(&name).expect("only these names are accepted"))
}

pub(super) fn reporters() -> impl TypedValueParser<Value = &'static Reporter> {
    let reporters = reporters::ALL.iter();
    let names = reporters.map(|reporter| PossibleValue::new(reporter.name).help(reporter.about));
    PossibleValuesParser::new(names)
        .map(|name| reporters::reporter(&name).expect("only these names are accepted"))
}
