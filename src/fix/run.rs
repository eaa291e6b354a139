//! Applies the fixes of a report, one after another.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::{HashMap, HashMapExt as _};

use super::claims::{Claims, TAKEN};
use super::config;
use super::fixed::{Done, Fixed, Unfixed};
use super::manifest::{Object, Stream};
use crate::diagnostic::{Edit, Fix, ManifestEdit, Report, position};
use crate::load::Inputs;
use crate::source::SourceId;

/// Applies what has one right answer to the texts of the inputs. Nothing touches the disk.
pub fn apply(inputs: &Inputs, report: &Report) -> Fixed {
    apply_some(inputs, report, report.len(), &BTreeMap::new())
}

/// The same with the first findings only, and without those that are refused, each for its reason.
pub(super) fn apply_some(
    inputs: &Inputs,
    report: &Report,
    first: usize,
    refused: &BTreeMap<usize, String>,
) -> Fixed {
    let mut run = Run::new(inputs);
    let (mut fixed, mut unfixed) = (Vec::new(), Vec::new());
    for (at, finding) in report.iter().take(first).enumerate() {
        let result = match (&finding.fix, finding.choice, refused.get(&at)) {
            (Err(reason), ..) => Err(reason.0.to_owned()),
            (Ok(_), Some(other), _) => Err(format!("it is a choice: {other}")),
            (Ok(_), None, Some(reason)) => Err(reason.clone()),
            (Ok(fix), None, None) => run.fix(fix),
        };
        let place = finding.location.map(|span| position(&inputs.sources, span));
        match result {
            Ok(changed) => {
                let file = changed.first();
                let file = || file.map(|id| inputs.sources.get(*id).name.clone());
                fixed.push(Done {
                    finding: finding.clone(),
                    place: place.or_else(file),
                    changed,
                });
            }
            Err(reason) => unfixed.push(Unfixed {
                finding: finding.clone(),
                reason,
                place_before: place.clone(),
                place,
            }),
        }
    }
    Fixed {
        inputs: run.finish(),
        fixed,
        unfixed,
    }
}

/// Texts while fixes are applied to them.
pub(super) struct Run {
    pub(super) inputs: Inputs,
    config: Claims,
    /// The streams that an edit was to be made in.
    pub(super) streams: BTreeMap<SourceId, Stream>,
    objects: HashMap<(SourceId, Object), Claims>,
}

impl Run {
    pub(super) fn new(inputs: &Inputs) -> Self {
        Self {
            inputs: inputs.clone(),
            config: Claims::default(),
            streams: BTreeMap::new(),
            objects: HashMap::new(),
        }
    }

    /// Forgets what was fixed before: the texts are as they were again.
    pub(super) fn forget(&mut self) {
        self.config = Claims::default();
        self.objects.clear();
    }

    fn finish(mut self) -> Inputs {
        for (source, stream) in self.streams {
            self.inputs.sources.replace(source, stream.whole());
        }
        self.inputs
    }

    /// Applies a fix whole, and returns the texts that it has changed.
    pub(super) fn fix(&mut self, fix: &Fix) -> Result<BTreeSet<SourceId>, String> {
        match fix {
            Fix::Config(edits) => self.in_config(edits),
            Fix::Manifest(edits) => self.in_manifests(edits),
            Fix::Command(command) => Err(format!("a command does it: {command}")),
        }
    }

    fn in_config(&mut self, edits: &[Edit]) -> Result<BTreeSet<SourceId>, String> {
        let mut claims = self.config.clone();
        if claims.exclude(&edits.iter().collect::<Vec<_>>()) {
            return Err(TAKEN.to_owned());
        }
        let mut before = Vec::new();
        for edit in edits.iter().filter(|edit| !self.config.has(edit)) {
            let made = self.config.moved(edit.pointer());
            let made = made.map(|to| edit.clone().at(to)).ok_or(TAKEN.to_owned());
            let done = made.and_then(|made| {
                let done = config::edit(&mut self.inputs, &made)?;
                claims.add(
                    edit,
                    &made,
                    done.as_ref().is_some_and(|done| done.is_of_list),
                );
                before.extend(done.map(|done| done.before));
                Ok(())
            });
            if let Err(reason) = done {
                for (source, text) in before.into_iter().rev() {
                    self.inputs.sources.replace(source, text);
                }
                return Err(reason);
            }
        }
        self.config = claims;
        Ok(before.into_iter().map(|(source, _)| source).collect())
    }

    fn in_manifests(&mut self, edits: &[ManifestEdit]) -> Result<BTreeSet<SourceId>, String> {
        let mut by_object: Vec<((SourceId, Object), Vec<&Edit>)> = Vec::new();
        for ManifestEdit { object, edit } in edits {
            let sources = &self.inputs.sources;
            let stream = self.streams.entry(object.source);
            let stream = stream.or_insert_with(|| Stream::new(&sources.get(object.source).text));
            let found = stream
                .object(*object)
                .ok_or("the object is not written in one place")?;
            let key = (object.source, found);
            match by_object.iter_mut().find(|(other, _)| *other == key) {
                Some((_, edits)) => edits.push(edit),
                None => by_object.push((key, vec![edit])),
            }
        }
        let excluded = |(key, edits): &(_, Vec<&Edit>)| {
            self.objects
                .get(key)
                .is_some_and(|claims| claims.exclude(edits))
        };
        if by_object.iter().any(excluded) {
            return Err(TAKEN.to_owned());
        }
        let mut before = Vec::new();
        let mut all = Vec::new();
        for (key, edits) in by_object {
            let (source, object) = &key;
            let stream = self.streams.get_mut(source).expect("it was read above");
            before.push((key.clone(), stream.text(object)));
            let claims = self.objects.get(&key).cloned().unwrap_or_default();
            match in_object(stream, object, &claims, &edits) {
                Ok(claims) => all.push((key, claims)),
                Err(reason) => {
                    for ((source, object), text) in before.into_iter().rev() {
                        let stream = self.streams.get_mut(&source);
                        stream.expect("it was read above").restore(&object, text);
                    }
                    return Err(reason);
                }
            }
        }
        let changed = all.iter().map(|((source, _), _)| *source).collect();
        self.objects.extend(all);
        Ok(changed)
    }
}

/// Makes the edits of one object.
fn in_object(
    stream: &mut Stream,
    object: &Object,
    before: &Claims,
    edits: &[&Edit],
) -> Result<Claims, String> {
    let mut claims = before.clone();
    for edit in edits.iter().filter(|edit| !before.has(edit)) {
        let made = before
            .moved(edit.pointer())
            .map(|to| (*edit).clone().at(to));
        let made = made.ok_or(TAKEN)?;
        let is_of_list = stream.edit(object, &made)?;
        claims.add(edit, &made, is_of_list);
    }
    Ok(claims)
}
