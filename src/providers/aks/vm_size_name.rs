//! The name of an Azure VM size.

use crate::providers::Architecture;

/// The parts of `Standard_E32-8ads_v5`.
pub(super) struct SizeName<'a> {
    pub(super) family: &'a str,
    /// Azure's number, which is the vCPU count in all but the oldest series.
    pub(super) number: u32,
    /// The `8` of `E32-8`: the vCPUs left active, with the memory of the full size.
    pub(super) active_vcpus: Option<u32>,
    pub(super) features: &'a str,
    pub(super) version: &'a str,
}

impl<'a> SizeName<'a> {
    pub(super) fn parse(size: &'a str) -> Option<Self> {
        let (tier, name) = size.split_once('_')?;
        if !tier.eq_ignore_ascii_case("Standard") {
            return None;
        }
        let (family, rest) = split_while(name, |character| character.is_ascii_alphabetic());
        let (number, rest) = split_while(rest, |character| character.is_ascii_digit());
        let (active_vcpus, rest) = match rest.strip_prefix('-') {
            Some(constraint) => {
                let (active, rest) =
                    split_while(constraint, |character| character.is_ascii_digit());
                (Some(parse_count(active)?), rest)
            }
            None => (None, rest),
        };
        let (features, rest) = split_while(rest, |character| character.is_ascii_alphabetic());
        let version = match rest.strip_prefix('_') {
            Some("") => return None,
            Some(version) => version,
            None if rest.is_empty() => "",
            None => return None,
        };
        Some(Self {
            family,
            number: parse_count(number)?,
            active_vcpus,
            features,
            version,
        })
    }
}

impl SizeName<'_> {
    /// Source: MicrosoftDocs/azure-compute-docs articles/virtual-machines/vm-naming-conventions.md.
    pub(super) fn architecture(&self) -> Architecture {
        if self.features.contains(['p', 'P']) {
            Architecture::Arm64
        } else {
            Architecture::Amd64
        }
    }
}

/// `ds_v5` of `Standard_D4s_v5`: all but the number of vCPUs.
/// Source: MicrosoftDocs/azure-compute-docs articles/virtual-machines/vm-naming-conventions.md.
pub(super) fn series(size: &str) -> String {
    let size = size.to_ascii_lowercase();
    let name = size.strip_prefix("standard_").unwrap_or(&size);
    let family = name.trim_start_matches(|character: char| character.is_ascii_alphabetic());
    let rest =
        family.trim_start_matches(|character: char| character.is_ascii_digit() || character == '-');
    format!("{}{rest}", &name[..name.len() - family.len()])
}

fn split_while(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let length = text
        .find(|character| !belongs(character))
        .unwrap_or(text.len());
    text.split_at(length)
}

/// Azure writes no leading zeros.
fn parse_count(digits: &str) -> Option<u32> {
    if digits.starts_with('0') {
        return None;
    }
    digits.parse().ok()
}
