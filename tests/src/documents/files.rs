//! The files that are made from the documents: named, written, checked.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::payload::{Format, Payload};
use super::rows::{Part, Rows};

/// Files below the specs' folder, by their relative path (with `/`).
#[derive(Default)]
pub struct Files {
    texts: BTreeMap<String, String>,
}

impl Files {
    /// Adds an API's coverage.
    pub(crate) fn add_rows(&mut self, api: &str, document: &str, rows: &Rows) {
        self.texts
            .insert(format!("coverage/{api}.tsv"), rows.render(document));
    }

    /// Adds a payload as the next free case of its operation: `documented`, `documented-2`, …, or `verbatim`
    /// where it does not parse.
    pub(crate) fn add_payload(
        &mut self,
        api: &str,
        operation: &str,
        part: Part,
        payload: Payload<'_>,
    ) {
        let case = if payload.parses {
            "documented"
        } else {
            "verbatim"
        };
        let part = match part {
            Part::Request => "request".to_owned(),
            Part::Response(None) => "response".to_owned(),
            Part::Response(Some(status)) => format!("response.{status}"),
        };
        let extension = payload.format.extension();
        let mut name = format!("samples/{api}/{operation}.{case}.{part}.{extension}");
        let mut number = 2;
        while self.texts.contains_key(&name) {
            name = format!("samples/{api}/{operation}.{case}-{number}.{part}.{extension}");
            number += 1;
        }
        self.texts.insert(name, payload.text.to_owned());
    }

    /// Adds a reply that is a bare string.
    pub(crate) fn add_text(&mut self, api: &str, operation: &str, part: Part, text: &str) {
        self.add_payload(
            api,
            operation,
            part,
            Payload {
                text,
                format: Format::Text,
                parses: true,
            },
        );
    }

    /// Writes what differs from what is there, and says how much that is.
    pub fn write(&self, specs: &Path) -> Result<String, String> {
        let mut written = 0;
        for (name, text) in &self.texts {
            let path = specs.join(name);
            if fs::read_to_string(&path).is_ok_and(|old| old == *text) {
                continue;
            }
            let folder = path.parent().unwrap_or(specs);
            fs::create_dir_all(folder)
                .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
            fs::write(&path, text)
                .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
            written += 1;
        }
        let summary = format!("{} files extracted, {written} written", self.texts.len());
        match self.strangers(specs)?.as_slice() {
            [] => Ok(summary),
            names => Err(format!(
                "{summary}, but no document prints {}: remove or rename it",
                names.join(", ")
            )),
        }
    }

    /// Compares with what is there, and names every file that differs.
    pub fn check(&self, specs: &Path) -> Result<String, String> {
        let mut findings = Vec::new();
        for (name, text) in &self.texts {
            match fs::read_to_string(specs.join(name)) {
                Ok(old) if old == *text => {}
                Ok(_) => findings.push(format!("{name} differs from the document")),
                Err(error) => findings.push(format!("{name} cannot be read: {error}")),
            }
        }
        findings.extend(
            self.strangers(specs)?
                .iter()
                .map(|name| format!("{name} is printed by no document")),
        );
        if findings.is_empty() {
            return Ok(format!(
                "{} files are as the documents print them",
                self.texts.len()
            ));
        }
        Err(format!(
            "{}\nrun `extract` without --check to bring them up to date",
            findings.join("\n")
        ))
    }

    /// Files that are named as if a document printed them, though none does.
    fn strangers(&self, specs: &Path) -> Result<Vec<String>, String> {
        let folders: BTreeSet<&str> = self
            .texts
            .keys()
            .filter_map(|name| name.rsplit_once('/'))
            .map(|(folder, _)| folder)
            .collect();
        let mut strangers = Vec::new();
        for folder in folders {
            let path = specs.join(folder);
            if !path.exists() {
                continue;
            }
            let entries = fs::read_dir(&path)
                .map_err(|error| format!("cannot list {}: {error}", path.display()))?;
            for entry in entries.filter_map(Result::ok) {
                let file = entry.file_name().to_string_lossy().into_owned();
                let case = file.split('.').nth(1).unwrap_or_default();
                let extracted = folder == "coverage"
                    || case.starts_with("documented")
                    || case.starts_with("verbatim");
                let name = format!("{folder}/{file}");
                if extracted && !self.texts.contains_key(&name) {
                    strangers.push(name);
                }
            }
        }
        strangers.sort();
        Ok(strangers)
    }
}
