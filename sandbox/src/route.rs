//! Path templates: which operation a path belongs to, and which one it nearly is.

use percent_encoding::percent_decode_str;

/// A path template such as `/admin/products/{id}.xml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    prefix: String,
    /// The parameter and what follows it.
    parameter: Option<(String, String)>,
}

impl Template {
    /// Reads a template; at most one parameter in a segment.
    pub(crate) fn parse(path: &str) -> Result<Self, String> {
        let rest = path
            .strip_prefix('/')
            .ok_or_else(|| format!("the path {path:?} does not start with a slash"))?;
        let segments = rest.split('/').map(|text| segment(text, path));
        Ok(Self {
            segments: segments.collect::<Result<_, _>>()?,
        })
    }

    /// The decoded parameters of a path, if it fits.
    pub(crate) fn matches(&self, path: &str) -> Option<Vec<(String, String)>> {
        let mut found = path.strip_prefix('/')?.split('/');
        let mut parameters = Vec::new();
        for segment in &self.segments {
            let text = percent_decode_str(found.next()?).decode_utf8_lossy();
            let rest = text.strip_prefix(segment.prefix.as_str())?;
            match &segment.parameter {
                None if rest.is_empty() => {}
                None => return None,
                Some((name, suffix)) => {
                    let value = rest.strip_suffix(suffix.as_str())?;
                    if value.is_empty() {
                        return None;
                    }
                    parameters.push((name.clone(), value.to_owned()));
                }
            }
        }
        found.next().is_none().then_some(parameters)
    }

    /// How much of the template is literal: the larger is the better match.
    pub(crate) fn weight(&self) -> usize {
        let literal = |segment: &Segment| {
            segment.prefix.len()
                + segment
                    .parameter
                    .as_ref()
                    .map_or(1, |(_, suffix)| suffix.len())
        };
        self.segments.iter().map(literal).sum()
    }

    /// How alike a path is, from 0 to 1: parameters are as alike as can be.
    pub(crate) fn likeness(&self, path: &str) -> f64 {
        let path: String = path.chars().take(300).collect();
        let found: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let filled =
            self.segments
                .iter()
                .enumerate()
                .map(|(index, segment)| match &segment.parameter {
                    None => segment.prefix.clone(),
                    Some((name, suffix)) => {
                        let value = found
                            .get(index)
                            .and_then(|text| text.strip_prefix(segment.prefix.as_str()))
                            .map_or(name.as_str(), |text| {
                                text.strip_suffix(suffix.as_str()).unwrap_or(text)
                            });
                        format!("{}{value}{suffix}", segment.prefix)
                    }
                });
        let filled = filled.collect::<Vec<_>>().join("/");
        strsim::normalized_levenshtein(&filled, path.trim_start_matches('/'))
    }
}

fn segment(text: &str, path: &str) -> Result<Segment, String> {
    let Some((prefix, rest)) = text.split_once('{') else {
        return Ok(Segment {
            prefix: text.to_owned(),
            parameter: None,
        });
    };
    match rest.split_once('}') {
        Some((name, suffix)) if !name.is_empty() && !suffix.contains('{') => Ok(Segment {
            prefix: prefix.to_owned(),
            parameter: Some((name.to_owned(), suffix.to_owned())),
        }),
        _ => Err(format!(
            "the path {path:?} has a segment that is not of the form text{{name}}text"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_match_whole_paths_only() {
        let template = Template::parse("/admin/products/{id}.xml").unwrap();
        let one = |value: &str| Some(vec![("id".to_owned(), value.to_owned())]);
        assert_eq!(template.matches("/admin/products/41658.xml"), one("41658"));
        assert_eq!(
            template.matches("/admin/products/a%20b%2Fc.xml"),
            one("a b/c")
        );
        for other in [
            "/admin/products/.xml",
            "/admin/products/1",
            "/admin/products/1.xml/",
            "admin/products/1.xml",
            "/",
            "",
        ] {
            assert_eq!(template.matches(other), None, "{other}");
        }
        assert!(
            Template::parse("/{a}{b}").is_err()
                && Template::parse("a").is_err()
                && Template::parse("/{a").is_err()
        );
    }

    #[test]
    fn the_more_literal_template_weighs_more() {
        let literal = Template::parse("/a/list").unwrap();
        let open = Template::parse("/a/{id}").unwrap();
        assert!(literal.matches("/a/list").is_some() && open.matches("/a/list").is_some());
        assert!(literal.weight() > open.weight());
    }

    #[test]
    fn likeness() {
        let template = Template::parse("/api/assets/{id}.json").unwrap();
        assert!(template.likeness("/api/asset/5.json") > 0.9);
        assert!(template.likeness("/nothing") < 0.5);
    }
}
