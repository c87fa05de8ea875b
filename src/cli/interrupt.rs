//! Ctrl-C and TERM as a wish to stop, for commands that must end something before they end.

use crate::error::Result;
use crate::ops::Cancel;

/// Lets Ctrl-C and TERM wish to stop instead of ending the process at once.
#[cfg(unix)]
pub(crate) fn stop_on_signals(cancel: &Cancel) -> Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let failed = |error: std::io::Error| crate::error::Error::io("The signals of this process", &error);
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]).map_err(failed)?;
    let cancel = cancel.clone();
    std::thread::spawn(move || signals.forever().for_each(|_| cancel.cancel()));
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn stop_on_signals(_cancel: &Cancel) -> Result<()> {
    Ok(())
}
