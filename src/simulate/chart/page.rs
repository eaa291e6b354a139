//! Several scenarios as one HTML page.

use super::clock;
use super::colours;
use super::drawing;
use super::head;
use super::outcome;
use super::picture::Picture;
use super::xml::Xml;

const LAYOUT: &str = "\
body{margin:0 auto;max-width:1600px;padding:16px;background:#fff;color:#16202a;\
font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',Arial,sans-serif;line-height:1.4}
h1{font-size:1.5rem}.scroll{overflow-x:auto}table{border-collapse:collapse;margin:16px 0;font-size:.875rem}
caption{text-align:left;font-weight:700;padding:6px 0}
th,td{text-align:left;padding:5px 9px;border-bottom:1px solid #dde3e8;vertical-align:top}
.number{text-align:right;font-variant-numeric:tabular-nums}td.number{white-space:nowrap}thead th{vertical-align:bottom}th:first-child{min-width:10rem}
svg{display:block;width:100%;height:auto;break-inside:avoid}h1,caption,figure>svg:first-child{break-after:avoid}tr{break-inside:avoid}
a{color:#005a8c}figure{margin:24px 0;padding-top:8px;border-top:2px solid #dde3e8}summary{cursor:pointer;font-weight:700}
@media screen and (prefers-color-scheme:dark){
body{background:#12161b;color:#e8edf2}th,td,figure{border-color:#2c353f}a{color:#7cc4f0}
}
@media screen and (max-width:1100px){table{font-size:.75rem}th,td{padding:4px 5px}th:first-child{min-width:0}}
@media print{body{padding:0}table{font-size:8.5pt}.scroll{overflow:visible}th,td{padding:3px 5px}
th:first-child{min-width:0}figure+figure{break-before:page}details{display:none}}
";

/// The page needs nothing else.
pub fn html(pictures: &[Picture]) -> String {
    let mut xml = Xml::default();
    xml.raw("<!DOCTYPE html>\n");
    xml.open("html", &[("lang", &"en")]);
    xml.open("head", &[]);
    xml.empty("meta", &[("charset", &"utf-8")]);
    let width = "width=device-width, initial-scale=1";
    xml.empty("meta", &[("name", &"viewport"), ("content", &width)]);
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    let name = "Content-Security-Policy";
    xml.empty("meta", &[("http-equiv", &name), ("content", &policy)]);
    xml.empty(
        "meta",
        &[("name", &"color-scheme"), ("content", &"light dark")],
    );
    xml.text("title", &[], title(pictures));
    xml.open("style", &[]);
    xml.raw(LAYOUT);
    xml.raw(&colours::style_sheet());
    xml.close("style");
    xml.close("head");
    xml.open("body", &[]);
    xml.text("h1", &[], title(pictures));
    figures(&mut xml, pictures);
    for (picture, at) in pictures.iter().zip(1..) {
        let (id, prefix) = (format!("scenario-{at}"), format!("p{at}-"));
        xml.open("figure", &[("id", &id)]);
        xml.raw(&drawing::parts(picture, &prefix));
        workloads(&mut xml, picture);
        xml.close("figure");
    }
    xml.close("body");
    xml.close("html");
    xml.finish()
}

fn title(pictures: &[Picture]) -> String {
    match pictures {
        [] => "No scenario".to_owned(),
        [picture] => head::title(picture),
        [first, ..] => format!("{}: {} scenarios", first.config, pictures.len()),
    }
}

/// A row for each scenario.
fn figures(xml: &mut Xml, pictures: &[Picture]) {
    // In the order in which they are first met.
    let mut names: Vec<&str> = Vec::new();
    for figure in pictures.iter().flat_map(|picture| &picture.figures) {
        if !names.contains(&figure.name.as_str()) {
            names.push(&figure.name);
        }
    }
    xml.open("div", &[("class", &"scroll")]);
    xml.open("table", &[]);
    xml.text("caption", &[], "Figures of each scenario");
    xml.open("thead", &[]);
    xml.open("tr", &[]);
    let ends = |name: &str| (name.to_owned(), "");
    let columns = ["Scenario", "Verdict"].map(ends).into_iter();
    let columns = columns.chain(names.iter().map(|name| (capitalised(name), "number")));
    for (name, class) in columns
        .chain(["Objectives"].map(ends))
        .chain([("Seed".to_owned(), "number")])
    {
        xml.text("th", &[("scope", &"col"), ("class", &class)], name);
    }
    xml.close("tr");
    xml.close("thead");
    xml.open("tbody", &[]);
    for (picture, at) in pictures.iter().zip(1..) {
        xml.open("tr", &[]);
        xml.open("th", &[("scope", &"row")]);
        let link = format!("#scenario-{at}");
        xml.text("a", &[("href", &link)], &picture.scenario);
        xml.close("th");
        xml.text("td", &[], head::word(picture.verdict).0);
        for name in &names {
            let figure = picture.figures.iter().find(|figure| figure.name == *name);
            let value = figure.map_or("–", |figure| figure.value.as_str());
            xml.text("td", &[("class", &"number")], value);
        }
        xml.text("td", &[], objectives(picture));
        let seed = picture
            .seed
            .map_or_else(|| "–".to_owned(), |seed| seed.to_string());
        xml.text("td", &[("class", &"number")], seed);
        xml.close("tr");
    }
    xml.close("tbody");
    xml.close("table");
    xml.close("div");
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars.clone()).collect()
}

fn objectives(picture: &Picture) -> String {
    let missed = picture
        .objectives
        .iter()
        .filter(|objective| !objective.is_met);
    let missed: Vec<&str> = missed.map(|objective| objective.name.as_str()).collect();
    match (picture.objectives.len(), missed.len()) {
        (0, _) => "–".to_owned(),
        (_, 0) => "all met".to_owned(),
        _ => format!("missed: {}", missed.join(", ")),
    }
}

/// The figures of each workload, the worst first.
fn workloads(xml: &mut Xml, picture: &Picture) {
    if picture.workloads.is_empty() {
        return;
    }
    xml.open("details", &[]);
    let count = picture.workloads.len();
    xml.text(
        "summary",
        &[],
        format_args!("Figures of each workload ({count})"),
    );
    xml.open("div", &[("class", &"scroll")]);
    xml.open("table", &[]);
    xml.open("thead", &[]);
    xml.open("tr", &[]);
    let names = [
        "Workload",
        "Namespace",
        "Most pods",
        "Fewest ready",
        "May fall to",
        "Below that for",
        "A pod pending for",
    ];
    for (name, at) in names.iter().zip(0..) {
        let class = if at < 2 { "" } else { "number" };
        xml.text("th", &[("scope", &"col"), ("class", &class)], name);
    }
    xml.close("tr");
    xml.close("thead");
    xml.open("tbody", &[]);
    for (workload, outcome) in
        outcome::worst_first(&picture.workloads, (picture.from, picture.until))
    {
        xml.open("tr", &[]);
        xml.text("th", &[("scope", &"row")], &workload.name);
        xml.text("td", &[], &workload.namespace);
        let floor = outcome
            .floor
            .map_or_else(|| "–".to_owned(), |floor| floor.to_string());
        let numbers = [
            outcome.most.to_string(),
            outcome.least_ready.to_string(),
            floor,
            clock::duration(outcome.below),
            clock::duration(outcome.pending),
        ];
        for number in numbers {
            xml.text("td", &[("class", &"number")], number);
        }
        xml.close("tr");
    }
    xml.close("tbody");
    xml.close("table");
    xml.close("div");
    xml.close("details");
}
