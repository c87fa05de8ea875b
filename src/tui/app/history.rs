//! Back and forward, as in a browser: what is left is kept with its cursor and its scroll.

/// Places kept in each direction. The oldest falls out.
const MOST: usize = 100;

/// Two stacks around the current place.
#[derive(Debug, Clone)]
pub struct History<T> {
    back: Vec<T>,
    forward: Vec<T>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { back: Vec::new(), forward: Vec::new() }
    }
}

impl<T> History<T> {
    /// Remembers the place that is left for a new one; what lay ahead is forgotten.
    pub fn leave(&mut self, place: T) {
        self.forward.clear();
        self.back.push(place);
        if self.back.len() > MOST {
            self.back.remove(0);
        }
    }

    /// Goes back: gives the place to show and remembers the current one ahead.
    pub fn back(&mut self, current: T) -> Result<T, T> {
        match self.back.pop() {
            Some(place) => {
                self.forward.push(current);
                Ok(place)
            }
            None => Err(current),
        }
    }

    /// Goes forward again.
    pub fn forward(&mut self, current: T) -> Result<T, T> {
        match self.forward.pop() {
            Some(place) => {
                self.back.push(current);
                Ok(place)
            }
            None => Err(current),
        }
    }

    /// Whether there is a way back.
    pub fn can_go_back(&self) -> bool {
        !self.back.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forward_undoes_back() {
        let mut history = History::default();
        history.leave("catalog");
        assert_eq!(history.back("entity"), Ok("catalog"));
        assert_eq!(history.forward("catalog"), Ok("entity"));
        assert_eq!(history.forward("entity"), Err("entity"));
    }

    #[test]
    fn a_new_place_forgets_what_lay_ahead() {
        let mut history = History::default();
        history.leave("a");
        let a = history.back("b").unwrap();
        history.leave(a);
        assert_eq!(history.forward("c"), Err("c"));
    }

    #[test]
    fn the_oldest_place_falls_out() {
        let mut history = History::default();
        for place in 0..=MOST {
            history.leave(place);
        }
        assert_eq!(history.back.first(), Some(&1));
    }
}
