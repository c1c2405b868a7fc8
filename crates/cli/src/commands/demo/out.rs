//! What the demo leaves behind: documents, answers, and the report.

use std::path::{Path, PathBuf};

use ananke_server::pages::report::{Artefact, Report};
use serde::Serialize;

use super::book::{Book, Miss};
use crate::clock;
use crate::exit::Failure;

/// The directory.
pub(super) struct Out {
    dir: PathBuf,
    artefacts: Vec<Artefact>,
}

impl Out {
    pub(super) fn new(dir: &Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(dir).map_err(|error| Failure::file(dir, &error))?;
        Ok(Self {
            dir: dir.to_owned(),
            artefacts: Vec::new(),
        })
    }

    /// Writes a file and notes what it is.
    pub(super) fn write(&mut self, name: &str, label: &str, bytes: &[u8]) -> Result<(), Miss> {
        let path = self.dir.join(name);
        std::fs::write(&path, bytes)
            .map_err(|error| Miss(format!("{}: {error}", path.display())))?;
        self.artefacts.push(Artefact {
            href: name.to_owned(),
            label: label.to_owned(),
        });
        Ok(())
    }

    /// Writes an answer as JSON.
    pub(super) fn answer(
        &mut self,
        name: &str,
        label: &str,
        answer: &impl Serialize,
    ) -> Result<(), Miss> {
        let text = serde_json::to_string_pretty(answer).map_err(|error| Miss(error.to_string()))?;
        self.write(name, label, format!("{text}\n").as_bytes())
    }

    /// Writes the report.
    pub(super) fn report(&mut self, book: &Book) -> Result<(), Failure> {
        let report = Report {
            version: ananke_server::VERSION.to_owned(),
            made_at: clock::now().to_string(),
            rows: book.rows(),
            artefacts: self.artefacts.clone(),
        };
        let path = self.dir.join("report.html");
        std::fs::write(&path, report.render()).map_err(|error| Failure::file(&path, &error))
    }
}
