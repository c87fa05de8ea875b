//! Ctrl-C and TERM as a wish to stop, while a command does something that it must end before it ends. At any
//! other time, such as at a question, they end the program as they always do.

use crate::error::Result;
use crate::ops::Cancel;

/// The signals of this process, watched from the first wish on.
#[derive(Default)]
pub(crate) struct Interrupts {
    #[cfg(unix)]
    watch: std::cell::OnceCell<std::sync::Arc<Wish>>,
}

/// What is to be stopped by a signal; nothing where it ends the program.
#[cfg(unix)]
#[derive(Default)]
struct Wish(std::sync::Mutex<Option<Cancel>>);

/// While it lives, a signal is a wish to stop.
pub(crate) struct Stoppable<'a> {
    #[cfg(unix)]
    wish: &'a Wish,
    #[cfg(not(unix))]
    wish: std::marker::PhantomData<&'a ()>,
}

#[cfg(unix)]
impl Interrupts {
    /// Lets Ctrl-C and TERM wish to stop instead of ending the process at once.
    pub(crate) fn stop(&self, cancel: &Cancel) -> Result<Stoppable<'_>> {
        if self.watch.get().is_none() {
            let wish = std::sync::Arc::new(Wish::default());
            watch(std::sync::Arc::clone(&wish))?;
            // Nobody else fills it: a session has one thread.
            let _ = self.watch.set(wish);
        }
        let wish = self.watch.get_or_init(std::sync::Arc::default);
        wish.set(Some(cancel.clone()));
        Ok(Stoppable { wish })
    }
}

#[cfg(unix)]
impl Wish {
    fn set(&self, cancel: Option<Cancel>) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = cancel;
    }

    fn answer(&self, signal: i32) {
        if let Some(cancel) = &*self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) {
            cancel.cancel();
            return;
        }
        crate::ops::sync::end_children();
        // Fails only for a signal that does not exist.
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
}

#[cfg(unix)]
impl Drop for Stoppable<'_> {
    fn drop(&mut self) {
        self.wish.set(None);
    }
}

/// Watches until the process ends: a signal that nobody watches any more would be swallowed.
#[cfg(unix)]
fn watch(wish: std::sync::Arc<Wish>) -> Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let failed = |error: std::io::Error| crate::error::Error::io("The signals of this process", &error);
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]).map_err(failed)?;
    std::thread::spawn(move || signals.forever().for_each(|signal| wish.answer(signal)));
    Ok(())
}

#[cfg(not(unix))]
impl Interrupts {
    pub(crate) fn stop(&self, _cancel: &Cancel) -> Result<Stoppable<'_>> {
        Ok(Stoppable { wish: std::marker::PhantomData })
    }
}
