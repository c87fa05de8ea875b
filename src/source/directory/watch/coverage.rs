//! How much of a folder is watched, in words for people.

use std::path::Path;

/// How much of a folder is watched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Coverage {
    /// It was not searched yet.
    #[default]
    Pending,
    /// All of it.
    Whole,
    /// Not every change will be seen; why, as a sentence.
    Part(String),
}

/// Why not every folder is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// There are more than callboard watches.
    Own,
    /// The system lets this user watch no more.
    System,
}

impl Coverage {
    /// What it means that so many folders of so many are watched.
    pub(super) fn of(watched: usize, of: usize, limit: Option<Limit>, root: &Path) -> Self {
        let why = match limit {
            Some(Limit::Own) => {
                Some(format!("Of its {of} folders, the {watched} that are nearest to its top are watched."))
            }
            Some(Limit::System) => Some(format!(
                "The system lets callboard watch {watched} of its {of} folders; fs.inotify.max_user_watches says how many."
            )),
            None => file_system(root).and_then(distant).map(|name| {
                format!("It lies on {name}, where changes that others make are not told to this machine.")
            }),
        };
        why.map_or(Self::Whole, Self::Part)
    }
}

/// The file systems that are shared by machines, or made by a program, by the numbers that Linux has for them.
fn distant(number: u32) -> Option<&'static str> {
    Some(match number {
        0x6969 => "NFS",
        0x517B | 0xFE53_4D42 | 0xFF53_4D42 => "a Windows share",
        0x6573_5546 => "a file system of a program (FUSE)",
        0x0102_1997 => "a folder of the host of this machine (9P)",
        0x00C3_6400 => "Ceph",
        0x5346_414F | 0x6B41_4653 => "AFS",
        0x0BD0_0BD0 => "Lustre",
        _ => return None,
    })
}

#[cfg(target_os = "linux")]
fn file_system(root: &Path) -> Option<u32> {
    // The numbers have 32 bits, whatever type they come in.
    rustix::fs::statfs(root).ok().map(|found| found.f_type as u32)
}

#[cfg(not(target_os = "linux"))]
fn file_system(_root: &Path) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_everything_is_said_with_its_reason() {
        let part = |limit| match Coverage::of(3, 9, Some(limit), Path::new("/")) {
            Coverage::Part(why) => why,
            other => panic!("{other:?}"),
        };
        assert_eq!(part(Limit::Own), "Of its 9 folders, the 3 that are nearest to its top are watched.");
        assert!(part(Limit::System).contains("watch 3 of its 9 folders; fs.inotify.max_user_watches"));
        assert_eq!((distant(0x6969), distant(0xEF53)), (Some("NFS"), None));
    }
}
