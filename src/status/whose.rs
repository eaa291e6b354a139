//! Whose a part is, by what tools write on the objects that they manage.

use std::fmt;

use crate::kubernetes::{GENERATOR, HELM, Marks};

/// Who keeps an object as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// Whether spotgen made it.
    pub is_ours: bool,
    /// The tool that applies it again; none where nothing says so.
    pub tool: Option<(Tool, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Helm,
    ArgoCd,
    Flux,
}

impl Tool {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Helm => HELM,
            Self::ArgoCd => "Argo CD",
            Self::Flux => "Flux",
        }
    }
}

impl From<&Marks> for Whose {
    fn from(marks: &Marks) -> Self {
        let managed_by = marks.managed_by.as_deref();
        let helm = || {
            let release = marks.helm_release.as_ref().map(|mark| mark.name.clone());
            release.or_else(|| (managed_by == Some(HELM)).then(String::new))
        };
        // What delivers a chart or our output comes first: it undoes what others change.
        let argo_cd = marks.argo_cd.iter();
        let argo_cd = argo_cd.map(|mark| (Tool::ArgoCd, mark.name.clone()));
        let flux = marks
            .flux
            .iter()
            .map(|mark| (Tool::Flux, mark.name.clone()));
        let helm = || helm().map(|name| (Tool::Helm, name));
        Self {
            is_ours: managed_by == Some(GENERATOR),
            tool: argo_cd.chain(flux).next().or_else(helm),
        }
    }
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tool = self.tool.as_ref().map(|(tool, name)| {
            let text = format!("{} {name}", tool.as_str());
            text.trim_end().to_owned()
        });
        match (self.is_ours, tool) {
            (true, Some(tool)) => write!(f, "spotgen by {tool}"),
            (true, None) => f.write_str("spotgen"),
            (false, Some(tool)) => f.write_str(&tool),
            (false, None) => f.write_str("by hand"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::Mark;

    fn words(marks: &Marks) -> String {
        Whose::from(marks).to_string()
    }

    #[test]
    fn tools_are_told_by_their_marks() {
        let text = |text: &str| Some(text.to_owned());
        let mark = |name: &str| Mark {
            name: name.to_owned(),
            namespace: None,
        };
        let ours = Marks {
            managed_by: text("spotgen"),
            ..Marks::default()
        };
        assert_eq!(words(&ours), "spotgen");
        assert_eq!(words(&Marks::default()), "by hand");
        let helm = Marks {
            managed_by: text("Helm"),
            helm_release: Some(mark("desched")),
            ..Marks::default()
        };
        assert_eq!(words(&helm), "Helm desched");
        let argo_cd = Marks {
            argo_cd: Some(mark("spot")),
            ..ours
        };
        assert_eq!(words(&argo_cd), "spotgen by Argo CD spot");
        let flux = Marks {
            flux: vec![mark("infra")],
            ..helm
        };
        assert_eq!(words(&flux), "Flux infra");
    }
}
