//! Panels, and their places in rows.

use serde_json::{Value as Json, json};

/// The columns of a dashboard.
const WIDTH: u32 = 24;

/// Where the next panel stands.
#[derive(Default)]
pub(super) struct Place {
    x: u32,
    y: u32,
    id: u32,
}

/// A row of panels under a title.
pub(super) struct Row {
    pub(super) title: &'static str,
    pub(super) panels: Vec<Panel>,
}

/// A panel that shows queries.
pub(super) struct Panel {
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) kind: Kind,
    /// As Grafana names it. Source: grafana/grafana packages/grafana-data/src/valueFormats/categories.ts.
    pub(super) unit: &'static str,
    pub(super) queries: Vec<Query>,
}

pub(super) struct Query {
    pub(super) expr: String,
    /// A template over the labels of the series.
    pub(super) legend: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number.
    Stat,
    Lines,
    /// Lines that add up.
    Stacked,
    /// Lines of what is counted in each step, which is this long at least. Where the dashboard shows more time, Grafana makes
    /// the steps longer: the queries use `$__rate_interval` or `$__interval`, or they would miss what is between the windows.
    /// Source: grafana/grafana docs/sources/datasources/prometheus/template-variables/index.md.
    Counts(&'static str),
}

impl Query {
    pub(super) fn new(legend: &'static str, expr: impl Into<String>) -> Self {
        Self {
            expr: expr.into(),
            legend,
        }
    }
}

/// What is counted, by its labels and in all: zero tells more than an empty panel. `increase` reckons with the time between
/// the samples and the ends of its window, so that nine evictions are 9.4: what comes in whole numbers is rounded.
pub(super) fn counted(legends: [&'static str; 2], labels: &str, counter: &str) -> Vec<Query> {
    let [by_label, all] = legends;
    let increase = format!("increase({counter}[$__rate_interval])");
    vec![
        Query::new(by_label, format!("round(sum by ({labels}) ({increase}))")),
        Query::new(all, format!("round(sum({increase})) or vector(0)")),
    ]
}

impl Row {
    pub(super) fn write(self, place: &mut Place, out: &mut Vec<Json>) {
        if self.panels.is_empty() {
            return;
        }
        place.id += 1;
        out.push(json!({
            "id": place.id,
            "type": "row",
            "title": self.title,
            "collapsed": false,
            "gridPos": {"h": 1, "w": WIDTH, "x": 0, "y": place.y},
            "panels": [],
        }));
        place.x = 0;
        place.y += 1;
        let count = u32::try_from(self.panels.len()).unwrap_or(1).clamp(1, 6);
        let width = WIDTH / count.min(if self.is_of_numbers() { 6 } else { 2 });
        let height = if self.is_of_numbers() { 4 } else { 8 };
        for panel in self.panels {
            if place.x + width > WIDTH {
                place.x = 0;
                place.y += height;
            }
            place.id += 1;
            let at = json!({"h": height, "w": width, "x": place.x, "y": place.y});
            out.push(panel.json(place.id, &at));
            place.x += width;
        }
        place.y += height;
    }

    fn is_of_numbers(&self) -> bool {
        self.panels.iter().all(|panel| panel.kind == Kind::Stat)
    }
}

impl Panel {
    fn json(self, id: u32, at: &Json) -> Json {
        let targets: Vec<Json> = self
            .queries
            .into_iter()
            .zip('A'..)
            .map(|(query, letter)| {
                json!({
                    "refId": letter.to_string(),
                    "datasource": {"type": "prometheus", "uid": "${datasource}"},
                    "expr": query.expr,
                    "legendFormat": query.legend,
                    "instant": self.kind == Kind::Stat,
                    "range": self.kind != Kind::Stat,
                })
            })
            .collect();
        let mut panel = json!({
            "id": id,
            "type": if self.kind == Kind::Stat { "stat" } else { "timeseries" },
            "title": self.title,
            "description": self.description,
            "gridPos": at,
            "datasource": {"type": "prometheus", "uid": "${datasource}"},
            "targets": targets,
            "fieldConfig": {"defaults": self.kind.defaults(self.unit), "overrides": []},
            "options": self.kind.options(),
        });
        if let Kind::Counts(step) = self.kind {
            panel["interval"] = step.into();
        }
        panel
    }
}

impl Kind {
    fn defaults(self, unit: &str) -> Json {
        match self {
            Self::Stat => {
                json!({"unit": unit, "noValue": "0", "color": {"mode": "fixed", "fixedColor": "text"}})
            }
            Self::Lines | Self::Counts(_) => json!({
                "unit": unit,
                "min": 0,
                "custom": {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 0, "showPoints": "never"},
            }),
            Self::Stacked => json!({
                "unit": unit,
                "min": 0,
                "custom": {
                    "drawStyle": "line",
                    "lineWidth": 1,
                    "fillOpacity": 40,
                    "showPoints": "never",
                    "stacking": {"mode": "normal", "group": "A"},
                },
            }),
        }
    }

    fn options(self) -> Json {
        match self {
            Self::Stat => json!({
                "colorMode": "value",
                "graphMode": "none",
                "justifyMode": "auto",
                "orientation": "auto",
                "percentChangeColorMode": "standard",
                "showPercentChange": false,
                "textMode": "auto",
                "wideLayout": true,
                "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": false},
            }),
            _ => json!({
                "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": true},
                "tooltip": {"mode": "multi", "sort": "desc"},
            }),
        }
    }
}
