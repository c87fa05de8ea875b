//! What a system says of changes in folders, and what ends the wait for it.

/// What the system says.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "nothing is ever said there"))]
pub(super) enum Notice<'a> {
    /// More than it could keep; the rest is not known.
    Overflow,
    /// A watch has ended: its folder is gone, or it was taken away.
    Ended(i32),
    /// A folder of this name came, went or changed its name or its modes.
    Folder(&'a [u8]),
    /// So did a file in a watched folder, or its content changed.
    File(i32, &'a [u8]),
}

/// What ended a wait.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "nobody ever waits there"))]
pub(super) enum Woken {
    /// There are notices.
    Noticed,
    /// Somebody wrote into the pipe.
    Nudged,
    /// The time is over.
    Late,
    /// The other end of the pipe is gone.
    Ended,
}
