//! A job's generation: which of several answers is the one still wanted.

/// The newest request of one kind. Answers to older ones are dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Job {
    generation: u64,
    running: bool,
}

impl Job {
    /// Starts a new request and gives its generation.
    pub fn start(&mut self) -> u64 {
        self.generation += 1;
        self.running = true;
        self.generation
    }

    /// Whether an answer of this generation is still wanted.
    pub fn accepts(&self, generation: u64) -> bool {
        self.generation == generation
    }

    /// Takes the last answer of a generation; false where it is not wanted any more.
    pub fn finish(&mut self, generation: u64) -> bool {
        let wanted = self.accepts(generation);
        if wanted {
            self.running = false;
        }
        wanted
    }

    /// Whether an answer is awaited.
    pub fn is_running(&self) -> bool {
        self.running
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_answer_is_taken() {
        let mut job = Job::default();
        let first = job.start();
        let second = job.start();
        assert!(!job.finish(first));
        assert!(job.is_running());
        assert!(job.finish(second));
        assert!(!job.is_running());
    }
}
