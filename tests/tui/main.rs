//! The portal's core on the bundled sample: scenarios read like a user's script, screens are reviewed like
//! code.

#![allow(clippy::expect_used, reason = "a test ends where its stage cannot be set")]

#[path = "../support/stage.rs"]
mod stage;

mod chaos;
mod scenario;
mod screens;

use std::num::NonZeroUsize;
use std::sync::Arc;

use callboard::ops::Cancel;
use callboard::ops::portal::{Places, Portal, Target};
use callboard::tui::worker::{Desk, DeskOptions};
use jiff::Timestamp;
use stage::Stage;

/// The moment of every screen.
const NOW: &str = "2026-11-21T09:14:00Z";

/// A stage on the sample, read a moment ago, with everything it keeps in a folder of its own.
struct Sample {
    stage: Stage,
    _home: tempfile::TempDir,
}

impl Sample {
    fn open(width: u16, height: u16) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        Self::on(Target::Demo, home, (width, height))
    }

    /// A folder of these files instead of the sample.
    #[expect(clippy::disallowed_methods, reason = "a test makes the folder that is looked at")]
    fn of_files(files: &[(&str, &str)], size: (u16, u16)) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let root = home.path().join("src");
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
            std::fs::write(path, text).expect("a file is written");
        }
        Self::on(Target::Folder(root), home, size)
    }

    fn on(target: Target, home: tempfile::TempDir, size: (u16, u16)) -> Self {
        let places = Places { cache: home.path().join("cache"), state: home.path().join("state") };
        let now: Timestamp = NOW.parse().expect("a moment");
        let portal = Portal::open(target, places, Arc::new(move || now)).expect("the catalog opens");
        portal.refresh(&Cancel::new(), &mut |_| ()).expect("the catalog is read");
        let options = DeskOptions { user: None, email: None, processors: NonZeroUsize::MIN };
        let stage = Stage::new(Desk::new(&portal, &options), size, now);
        Self { stage, _home: home }
    }

    /// Plans are recorded, not carried out.
    fn dry(self) -> Self {
        Self { stage: self.stage.dry(), ..self }
    }

    fn with_theme(self, name: &str, depth: callboard::tui::theme::Depth) -> Self {
        Self { stage: self.stage.with_theme(stage::theme(name, depth)), ..self }
    }
}
