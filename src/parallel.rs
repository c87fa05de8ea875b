//! The same work on many things by several threads, results in order. Knows threads, and nothing of what they do.

use std::num::NonZero;
use std::sync::mpsc::sync_channel;
use std::thread;

/// Threads that walk, parse and put together. More bring little on one disk and take memory each.
pub(crate) const MAX_THREADS: usize = 4;

/// Threads that are worth their while on this machine.
pub(crate) fn threads() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS)
}

/// Results of one thread that wait for whoever takes them.
const WAITING: usize = 2;

/// Maps a stream of things by several threads, each to any number of results, which are taken here in the order of
/// the things. What waits is bounded: each thread has one result at hand and [`WAITING`] behind it. The first error
/// ends everything.
pub(crate) fn in_order<T, R: Send, E>(
    things: &(impl ExactSizeIterator<Item = T> + Clone + Send),
    work: impl Fn(T, &mut dyn FnMut(R)) + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let work = &work;
    let threads = threads().min(things.len());
    thread::scope(|scope| {
        let lane = |first| {
            let own = things.clone().skip(first).step_by(threads);
            // Nothing behind the results of a thing says that they were all.
            let (send, results) = sync_channel(WAITING);
            scope.spawn(move || {
                for thing in own {
                    // Nobody waits for more where what was taken before was an error.
                    work(thing, &mut |result| drop(send.send(Some(result))));
                    if send.send(None).is_err() {
                        return;
                    }
                }
            });
            results
        };
        let lanes: Vec<_> = (0..threads).map(lane).collect();
        for lane in lanes.iter().cycle().take(things.len()) {
            while let Ok(Some(result)) = lane.recv() {
                take(result)?;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_stream_of_results_comes_in_the_order_of_the_things() {
        let mut taken = Vec::new();
        let twice = |number: usize, out: &mut dyn FnMut(usize)| (0..number % 3).for_each(|_| out(number));
        let done = in_order(&(0..1000), twice, |number| {
            taken.push(number);
            Ok::<_, ()>(())
        });
        let expected = (0..1000).flat_map(|number| std::iter::repeat_n(number, number % 3));
        assert_eq!((done, taken), (Ok(()), expected.collect::<Vec<_>>()));
    }

    #[test]
    fn an_error_ends_a_stream() {
        let worked = AtomicUsize::new(0);
        let work = |number, out: &mut dyn FnMut(usize)| {
            worked.fetch_add(1, Ordering::Relaxed);
            out(number);
        };
        let take = |number| if number < 100 { Ok(()) } else { Err(number) };
        assert_eq!(in_order(&(0..1_000_000), work, take), Err(100));
        assert!(worked.into_inner() < 1000);
    }
}
