//! The system that manifests hold, in place of what the configuration makes: so the same rules judge what others have made.

use serde_json::{Value as Json, json};

use super::{ComponentId, Installed, System};
use crate::config::Spot;
use crate::diagnostic::{Edit, ManifestEdit, Pointer};
use crate::kubernetes::{Taint, Toleration};
use crate::load::Document;
use crate::manifests::{ArgumentPlace, ManifestWorkload};
use crate::model::WorkloadView;
use crate::plan::Plan;
use crate::source::Span;
use crate::values::Duration;

/// A system that is, as far as manifests hold it, theirs.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) system: System,
    pub(crate) locations: Locations,
}

/// Where manifests have what the configuration would have at these pointers.
#[derive(Debug, Default)]
pub(crate) struct Locations {
    spans: Vec<(Pointer, Span)>,
    places: Vec<(Pointer, Place)>,
}

/// Where an object has what the configuration has otherwise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    /// Something in the object.
    object: Span,
    pointer: Pointer,
    form: Form,
}

/// How it is written there.
#[derive(Clone, Debug, PartialEq)]
enum Form {
    /// As in the configuration, with the same keys.
    Same,
    /// As an argument: what stands before its value, and whether it is still to be added to the list.
    Argument { before: String, is_new: bool },
    /// Within an item that is still to be added to the list at the pointer: its name, and the way from it.
    NewItem { name: &'static str, way: Pointer },
    /// As a schedule of cron.
    Schedule,
}

impl Place {
    /// The edit that does the same here, if there is one.
    pub(crate) fn edit(self, edit: Edit) -> Option<ManifestEdit> {
        let Self {
            object,
            pointer,
            form,
        } = self;
        let edit = match (form, edit) {
            (Form::Same, edit) => edit.at(pointer),
            (Form::Argument { before, is_new }, Edit::Set { value, .. }) => {
                let value = match value {
                    Json::String(text) => text,
                    other => other.to_string(),
                };
                let value = format!("{before}{value}").into();
                if is_new {
                    Edit::Append { pointer, value }
                } else {
                    Edit::Set { pointer, value }
                }
            }
            (Form::NewItem { name, way }, edit) => {
                let mut value = json!({"name": name});
                edit.at(way).apply(&mut value)?;
                Edit::Append { pointer, value }
            }
            (Form::Schedule, Edit::Set { value, .. }) => Edit::Set {
                pointer,
                value: cron(value.as_str()?)?.into(),
            },
            (Form::Argument { .. } | Form::Schedule, _) => return None,
        };
        Some(ManifestEdit { object, edit })
    }

    /// What to write here in place of a value, in words.
    pub(crate) fn spoken(&self, key: &str, value: &str) -> String {
        match &self.form {
            Form::Argument { before, .. } if !before.is_empty() => {
                format!("set `{before}{value}`")
            }
            _ => format!("set `{key}: {value}`"),
        }
    }

    /// The edits that do the same here, if there are some. What is to be added to one list under one name is one item.
    pub(crate) fn edits(
        edits: impl Iterator<Item = (Option<Self>, Edit)>,
    ) -> Option<Vec<ManifestEdit>> {
        let mut all: Vec<ManifestEdit> = Vec::new();
        let mut items: Vec<(Self, usize)> = Vec::new();
        for (place, edit) in edits {
            let place = place?;
            if let Form::NewItem { way, .. } = &place.form {
                let earlier = items.iter().find(|(other, _)| other.is_same_item(&place));
                if let Some((_, at)) = earlier
                    && let Edit::Append { value, .. } = &mut all[*at].edit
                {
                    edit.at(way.clone()).apply(value)?;
                    continue;
                }
                items.push((place.clone(), all.len()));
            }
            all.push(place.edit(edit)?);
        }
        Some(all)
    }

    fn is_same_item(&self, other: &Self) -> bool {
        let names = match (&self.form, &other.form) {
            (Form::NewItem { name: one, .. }, Form::NewItem { name: two, .. }) => one == two,
            _ => false,
        };
        names && (self.object, &self.pointer) == (other.object, &other.pointer)
    }
}

impl Locations {
    pub(crate) fn add(&mut self, pointer: Pointer, location: Span) {
        self.spans.push((pointer, location));
    }

    pub(crate) fn first(&self) -> Option<Span> {
        self.spans.first().map(|(_, location)| *location)
    }

    /// The location of the nearest thing that a pointer lies in.
    pub(crate) fn of(&self, pointer: &Pointer) -> Option<Span> {
        let around = self.spans.iter().filter(|(own, _)| pointer.lies_in(own));
        around
            .max_by_key(|(own, _)| own.depth())
            .map(|(_, location)| *location)
    }

    /// Where a part is: the nearest thing that it lies in, else the first that is known of it.
    pub(crate) fn about(&self, part: &Pointer) -> Option<Span> {
        let within = || {
            let mut spans = self.spans.iter();
            spans.find(|(own, _)| own.lies_in(part))
        };
        self.of(part).or_else(|| Some(within()?.1))
    }

    pub(crate) fn add_place(&mut self, pointer: Pointer, object: Span, place: Pointer) {
        let place = Place {
            object,
            pointer: place,
            form: Form::Same,
        };
        self.places.push((pointer, place));
    }

    /// The same within an item that is missing in a list: where the list is, the item's name, and the way within it.
    pub(crate) fn add_item(
        &mut self,
        pointer: Pointer,
        object: Span,
        (list, name, way): (Pointer, &'static str, Pointer),
    ) {
        let place = Place {
            object,
            pointer: list,
            form: Form::NewItem { name, way },
        };
        self.places.push((pointer, place));
    }

    /// The same for an argument of a workload's program.
    pub(crate) fn add_argument(&mut self, pointer: Pointer, found: &ManifestWorkload, name: &str) {
        if let Some(ArgumentPlace {
            pointer: place,
            before,
            is_new,
            object,
        }) = found.argument_place(name)
        {
            let place = Place {
                object: object.unwrap_or(found.location),
                pointer: place,
                form: Form::Argument { before, is_new },
            };
            self.places.push((pointer, place));
        }
    }

    /// The same for the schedule of a `CronJob`: something in the object, and where it is there.
    pub(crate) fn add_schedule(&mut self, pointer: Pointer, (object, place): (Span, Pointer)) {
        let place = Place {
            object,
            pointer: place,
            form: Form::Schedule,
        };
        self.places.push((pointer, place));
    }

    /// The place of what a pointer means, if an object has one for it.
    pub(crate) fn place(&self, pointer: &Pointer) -> Option<Place> {
        let around = self.places.iter().filter(|(own, _)| pointer.lies_in(own));
        let (own, place) = around.max_by_key(|(own, _)| own.depth())?;
        let within = pointer.segments().skip(own.depth());
        let further = |place: &Pointer| within.fold(place.clone(), |place, key| place.child(key));
        let mut place = place.clone();
        match &mut place.form {
            Form::NewItem { way, .. } => *way = further(way),
            _ => place.pointer = further(&place.pointer),
        }
        Some(place)
    }
}

/// A schedule with so much time between two rounds, if an hour has whole numbers of them.
fn cron(interval: &str) -> Option<String> {
    let seconds = Duration::parse(interval).ok()?.seconds();
    let minutes = seconds / 60;
    let is_even = seconds.is_multiple_of(60) && minutes > 0 && 60_u64.is_multiple_of(minutes);
    is_even.then(|| match minutes {
        60 => "0 * * * *".to_owned(),
        minutes => format!("*/{minutes} * * * *"),
    })
}

/// One for each of what there are several of, such as policies; empty where manifests hold nothing of the system.
pub(crate) fn read(
    system: &System,
    document: &Document<'_>,
    installed: &Installed<'_>,
) -> Vec<Observed> {
    let runs_any = |found: &ManifestWorkload| found.is_of_the_system();
    let holds_any = !installed.priorities.is_empty()
        || !installed.policies.is_empty()
        || installed.manifests.workloads.iter().any(runs_any);
    if !holds_any {
        return Vec::new();
    }
    let handlers = installed.running(ComponentId::TerminationHandler).count();
    let autoscalers = installed.running(ComponentId::PriorityExpander).count();
    let failbacks = installed.failbacks(&system.plan).count();
    let several = failbacks.max(handlers).max(autoscalers).max(1);
    let observed = (0..several).map(|number| {
        let mut observed = Observed {
            system: system.clone(),
            locations: Locations::default(),
        };
        for id in ComponentId::ALL {
            if let Some(observe) = id.component().observe {
                observe(&mut observed, installed, document, number);
            }
        }
        observed
    });
    observed
        .filter(|observed| observed.locations.first().is_some())
        .collect()
}

/// The item of a number; the last one where there are fewer, which has been looked at already.
pub(crate) fn nth<T>(items: impl Iterator<Item = T>, number: usize) -> Option<T> {
    items.take(number + 1).last()
}

/// Of these taints those that a workload tolerates.
pub(crate) fn tolerated<'t>(
    found: &ManifestWorkload,
    taints: impl Iterator<Item = &'t Taint>,
) -> Vec<Toleration> {
    let pods = WorkloadView::alone(found);
    let mut tolerations: Vec<Toleration> = Vec::new();
    for taint in taints.filter(|taint| pods.own_tolerates(taint)) {
        let toleration = Toleration::from(taint);
        if !tolerations.contains(&toleration) {
            tolerations.push(toleration);
        }
    }
    tolerations
}

/// Where a workload that nobody has planned may run.
pub(crate) fn spot(plan: &Plan, found: &ManifestWorkload) -> Spot {
    let pods = WorkloadView::alone(found);
    if !pods.tolerates_spot(plan) || pods.own_excludes_spot(plan) {
        Spot::Never
    } else if pods.own_requires_spot(plan) {
        Spot::Required
    } else if pods.own_prefers_spot(plan) {
        Spot::Preferred
    } else if pods.own_prefers_on_demand(plan) {
        Spot::Avoided
    } else {
        Spot::Tolerated
    }
}
