//! Work on a stream of things by several threads, whose results come in the order of the things.

use std::sync::mpsc::sync_channel;
use std::thread;

use crate::parallel;

/// Things that wait for each thread, so that none idles while another one is given its own.
const AHEAD: usize = 1;

/// Results of one thread that wait for whoever takes them.
const WAITING: usize = 2;

/// Hands the things, of which there are at most so many, to threads in turn, and their results on in the same
/// order. What waits is bounded: each thread has one thing at hand, [`AHEAD`] before it and [`WAITING`] behind it.
/// The first error ends everything.
pub(super) fn in_order<T: Send, R: Send, E>(
    (things, most): (impl Iterator<Item = T> + Send, usize),
    work: impl Fn(T) -> R + Sync,
    take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let work = &work;
    thread::scope(|scope| {
        let lane = || {
            let (give, given) = sync_channel::<T>(AHEAD);
            let (send, results) = sync_channel(WAITING);
            // Nobody waits for more where what was taken before was an error.
            scope.spawn(move || given.into_iter().map(work).try_for_each(|result| send.send(result)));
            (give, results)
        };
        let (lanes, results): (Vec<_>, Vec<_>) = (0..parallel::threads().min(most)).map(|_| lane()).unzip();
        scope.spawn(move || {
            let mut turns = lanes.iter().cycle();
            things.map_while(|thing| turns.next()?.send(thing).ok()).for_each(drop);
        });
        // The lane whose turn it is has ended only when there was nothing left to give to it.
        results.iter().cycle().map_while(|lane| lane.recv().ok()).try_for_each(take)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_things() {
        let mut taken = Vec::new();
        let done = in_order(
            (0..1000, 1000),
            |number| number * 2,
            |number| {
                taken.push(number);
                Ok::<_, ()>(())
            },
        );
        assert_eq!((done, taken), (Ok(()), (0..1000).map(|number| number * 2).collect::<Vec<_>>()));
    }

    #[test]
    fn an_error_ends_a_stream_without_end() {
        let done = in_order(
            (0.., usize::MAX),
            |number| number,
            |number| if number < 100 { Ok(()) } else { Err(number) },
        );
        assert_eq!(done, Err(100));
    }
}
